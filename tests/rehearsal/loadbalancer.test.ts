import { deepEqual, equal, ok } from "node:assert/strict";
import { clustersOf } from "../support/config";
import { demoFindings, demoInOrder } from "../support/findings";
import { allPassed, describeRehearsals, wentWell } from "../support/rehearsal";

const checks = {
  each: ["mtu", "loadbalancer-running", "loadbalancer-sources"],
  both: ["loadbalancer-names", "loadbalancer-tls"],
};

/** Named, since of more than two clusters none is chosen. */
const halves = ["--config", "demo.front=cluster1", "--config", "demo.back=cluster2"];
const regions = ["us-east-1", "us-west-2", "eu-west-1"];
const thenClusters = (count: number) => ["--then", `clusters=${clustersOf(count, regions)}`];

describeRehearsals("npm start with plain load balancers", (world) => {
  it("brings the lab up, lets a third cluster come and go, finds every name leading to the other side, and leaves nothing", async () => {
    const ended = await world().start("--stack", "loadbalancer", ...halves, ...thenClusters(3), ...thenClusters(2))
      .done;
    wentWell(ended, "loadbalancer");
    // The demo's website, which goes by HTTPS, is on the first cluster alone.
    allPassed(ended, checks, ({ id, cluster }) => id === "loadbalancer-tls" && cluster === "cluster1");
    deepEqual(demoFindings(ended), demoInOrder);
    const [comes, goes] = ended.result?.changes ?? [];
    ok(comes && goes);
    deepEqual([comes.result, goes.result], ["succeeded", "succeeded"]);
    equal(comes.resources.replace + comes.resources.delete, 0, "what is there stays when a cluster comes");
    equal(goes.resources.replace + goes.resources.create, 0, "what stays is not made anew when a cluster goes");
    equal(comes.resources.create, goes.resources.delete, "all that came goes");
    ok(comes.checks.some(({ cluster, peer }) => cluster === "cluster3" || peer === "cluster3"));
    ok(!goes.checks.some(({ cluster, peer }) => cluster === "cluster3" || peer === "cluster3"));
  });
});
