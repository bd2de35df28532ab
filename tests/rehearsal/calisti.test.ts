import { deepEqual, equal, match, ok } from "node:assert/strict";
import { backendFindings, demoFindings, demoInOrder } from "../support/findings";
import { type Ended, World } from "../support/rehearse";
import { needTools } from "../support/tools";

describe("npm start with Calisti's open core", function () {
  this.timeout(15 * 60_000);
  let world: World;
  before(async function () {
    await needTools(this);
    world = new World();
  });
  after(() => world?.close());

  describe("by its own charts", () => {
    let ended: Ended;
    before(async () => {
      ended = await world.start("--stack", "calisti").done;
    });

    it("brings the lab up without a configured mirror and takes it down without a trace", () => {
      equal(ended.code, 0, ended.output);
      const { result } = ended;
      equal(result?.backend, "calisti");
      equal(result?.up?.result, "succeeded");
      equal(result?.secondUp?.changes, 0);
      equal(result?.destroy?.result, "succeeded");
      deepEqual(result?.destroy?.leftovers, { aws: [], kubernetes: [], state: 0 });
      deepEqual(world.scratches(), [], "a scratch folder is left");
      deepEqual(world.processes(), [], "a process is left");
    });

    it("finds Istio's state, and clusters that know each other", () => {
      const checks = backendFindings(ended);
      const asked = checks.map(({ id, cluster, peer }) => `${id} ${cluster}${peer ? ` ${peer}` : ""}`);
      const each = [
        "mtu",
        "istio-authority",
        "istio-gateway-address",
        "calisti-control-plane",
        "calisti-gateway-port",
        "calisti-exposed-hosts",
        "calisti-injection",
        "calisti-cluster",
      ];
      const both = [
        "istio-authorities-differ",
        "istio-identities-differ",
        "istio-remote-secret",
        "calisti-peer-cluster",
      ];
      const expected = [
        ...each.flatMap((id) => [`${id} cluster1`, `${id} cluster2`]),
        ...both.flatMap((id) => [`${id} cluster1 cluster2`, `${id} cluster2 cluster1`]),
      ];
      deepEqual(asked.sort(), expected.sort());
      for (const { id, status, detail } of checks) equal(status, "pass", `${id}: ${detail}`);
      deepEqual(demoFindings(ended), demoInOrder(true));
    });
  });

  it("says how to make a mirror when it is to use none, and starts nothing", async () => {
    const { code, output } = await world.start("--stack", "calisti", "--charts", "upstream").done;
    equal(code, 1);
    match(output, /charts\.mirror: is missing/);
    match(output, /git clone .*istio-operator/);
    ok(!output.includes("    at "), output);
  });
});
