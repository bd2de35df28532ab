import { deepEqual, equal } from "node:assert/strict";
import { backendFindings, demoFindings, demoInOrder } from "../support/findings";
import { type Ended, World } from "../support/rehearse";
import { needTools } from "../support/tools";

describe("npm start with plain load balancers", function () {
  this.timeout(15 * 60_000);
  let world: World;
  let ended: Ended;
  before(async function () {
    await needTools(this);
    world = new World();
    ended = await world.start("--stack", "loadbalancer").done;
  });
  after(() => world?.close());

  it("brings the lab up and takes it down without a trace", () => {
    equal(ended.code, 0, ended.output);
    const { result } = ended;
    equal(result?.backend, "loadbalancer");
    equal(result?.up?.result, "succeeded");
    equal(result?.secondUp?.changes, 0);
    equal(result?.destroy?.result, "succeeded");
    deepEqual(result?.destroy?.leftovers, { aws: [], kubernetes: [], state: 0 });
    deepEqual(world.scratches(), [], "a scratch folder is left");
    deepEqual(world.processes(), [], "a process is left");
  });

  it("finds every name leading to the other side, and certificates that fit", () => {
    const checks = backendFindings(ended);
    const asked = checks.map(({ id, cluster, peer }) => `${id} ${cluster}${peer ? ` ${peer}` : ""}`);
    const expected = [
      ...["mtu", "loadbalancer-sources"].flatMap((id) => [`${id} cluster1`, `${id} cluster2`]),
      ...["loadbalancer-names", "loadbalancer-tls"].flatMap((id) => [
        `${id} cluster1 cluster2`,
        `${id} cluster2 cluster1`,
      ]),
    ];
    deepEqual(asked.sort(), expected.sort());
    for (const { id, cluster, status, detail } of checks) {
      // The demo's front, which goes by HTTPS, is on the first cluster alone.
      const none = id === "loadbalancer-tls" && cluster === "cluster1";
      equal(status, none ? "skipped" : "pass", `${id}: ${detail}`);
    }
    deepEqual(demoFindings(ended), demoInOrder(false));
  });
});
