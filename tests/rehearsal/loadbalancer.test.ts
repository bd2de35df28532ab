import { deepEqual } from "node:assert/strict";
import { demoFindings, demoInOrder } from "../support/findings";
import { allPassed, describeRehearsals, wentWell } from "../support/rehearsal";

const checks = {
  each: ["mtu", "loadbalancer-running", "loadbalancer-sources"],
  both: ["loadbalancer-names", "loadbalancer-tls"],
};

describeRehearsals("npm start with plain load balancers", (world) => {
  it("brings the lab up, finds every name leading to the other side, and takes it down without a trace", async () => {
    const ended = await world().start("--stack", "loadbalancer").done;
    wentWell(ended, "loadbalancer");
    // The demo's website, which goes by HTTPS, is on the first cluster alone.
    allPassed(ended, checks, ({ id, cluster }) => id === "loadbalancer-tls" && cluster === "cluster1");
    deepEqual(demoFindings(ended), demoInOrder);
  });
});
