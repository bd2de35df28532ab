/** One lab with Istio on real nodes: that every check passes, what checks find of faults, and what drills feel. */
import { openRealLab, type RealLab } from "../support/real-lab";
import { drillsOn } from "./istio/drills";
import { faultsOn } from "./istio/faults";

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
  drillsOn(() => lab);

  // In a suite of its own: mocha runs a suite's tests before the suites in it.
  describe("in the end", () => {
    it("goes, and leaves nothing", async () => {
      await lab.destroy();
    });
  });
});
