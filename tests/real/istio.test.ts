/** One lab with Istio on real nodes: that every check passes, what checks find of faults, what drills feel, and what is measured. */
import { deepEqual, ok } from "node:assert/strict";
import { openRealLab, type RealLab } from "../support/real-lab";
import { disruptionsOn } from "./istio/disruptions";
import { drillsOn } from "./istio/drills";
import { faultsOn } from "./istio/faults";
import { rotationOn } from "./istio/rotation";

describe("Istio on real nodes", function () {
  this.timeout(10 * 60_000);
  let lab: RealLab;
  before(async function () {
    this.timeout(90 * 60_000);
    lab = await openRealLab(this, "istio", []);
  });
  after(async function () {
    this.timeout(15 * 60_000);
    await lab?.close();
  });

  faultsOn(() => lab);
  disruptionsOn(() => lab);
  drillsOn(() => lab);

  rotationOn(() => lab);

  describe("is measured", () => {
    it("in every way that there is", async () => {
      const { calls, echoes, redis, usage, missing } = await lab.measure();
      deepEqual(missing, []);
      deepEqual([calls.length, echoes.length, redis?.length, usage?.length], [6, 4, 1, 1]);
      for (const { cell, runs } of calls)
        ok((runs[0]?.calls ?? 0) > 0 && runs[0]?.failed === 0, JSON.stringify({ cell, runs }));
      for (const { cell, runs } of echoes) ok((runs[0]?.megabytes ?? 0) > 0, JSON.stringify(cell));
      // Two istiods, two gateways and a proxy in each pod are never less than this.
      ok((usage?.[0]?.megabytes ?? 0) > 100, JSON.stringify(usage));
    });
  });

  // In a suite of its own: mocha runs a suite's tests before the suites in it.
  describe("in the end", () => {
    it("goes, and leaves nothing", async () => {
      await lab.destroy();
    });
  });
});
