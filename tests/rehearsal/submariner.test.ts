import { deepEqual, equal, ok } from "node:assert/strict";
import { backendFindings, demoFindings, demoInOrder } from "../support/findings";
import { type Ended, World } from "../support/rehearse";
import { needTools } from "../support/tools";

describe("npm start with Submariner", function () {
  this.timeout(15 * 60_000);
  let world: World;
  before(async function () {
    await needTools(this);
  });
  beforeEach(() => {
    world = new World();
  });
  afterEach(() => {
    deepEqual(world.scratches(), [], "a scratch folder is left");
    deepEqual(world.processes(), [], "a process is left");
    world.close();
  });

  /** Up, at rest, down, and every check of every cluster and direction passed. */
  function wentWell(ended: Ended): void {
    const { code, output, result } = ended;
    equal(code, 0, output);
    ok(result);
    equal(result.secondUp?.changes, 0);
    deepEqual(result.destroy?.leftovers, { aws: [], kubernetes: [], state: 0 });
    const checks = backendFindings(ended);
    const asked = checks.map(({ id, cluster, peer }) => `${id} ${cluster}${peer ? ` ${peer}` : ""}`);
    const each = ["mtu", "source-check", "resource", "broker", "key-secret", "gateways", "dns"];
    const both = ["pools", "addresses", "key", "connection"];
    const id = (name: string) => (name === "mtu" ? name : `submariner-${name}`);
    deepEqual(
      asked.sort(),
      [
        ...each.flatMap((name) => [`${id(name)} cluster1`, `${id(name)} cluster2`]),
        ...both.flatMap((name) => [`${id(name)} cluster1 cluster2`, `${id(name)} cluster2 cluster1`]),
      ].sort(),
    );
    for (const { id: check, status, detail } of checks) equal(status, "pass", `${check}: ${detail}`);
    deepEqual(demoFindings(ended), demoInOrder(false));
  }

  it("brings the lab up over peering and takes it down without a trace", async () => {
    wentWell(await world.start("--stack", "submariner").done);
  });

  it("does so over the internet, by WireGuard, with two gateways each and global addresses", async () => {
    wentWell(
      await world.start(
        ...["--stack", "submariner"],
        ...["--config", "interconnect=internet", "--config", "exposure=public"],
        ...["--config", 'submariner={"cableDriver":"wireguard","gateways":2,"globalnet":true}'],
      ).done,
    );
  });
});
