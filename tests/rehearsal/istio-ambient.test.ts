import { deepEqual, equal, ok } from "node:assert/strict";
import { demoFindings, demoInOrder } from "../support/findings";
import { describeRehearsals, findingsThat, wentWell } from "../support/rehearsal";

describeRehearsals("npm start with Istio in ambient mode", (world) => {
  it("brings the lab up with what carries calls on each node, and takes it down without a trace", async () => {
    const ended = await world().start("--stack", "istio", "--config", 'istio={"dataplane":"ambient"}').done;
    wentWell(ended, "istio");
    deepEqual(findingsThat(ended, "fail"), []);
    const passed = findingsThat(ended, "pass");
    for (const id of [
      "istio-running cluster1",
      "istio-peer-gateway cluster1 cluster2",
      "istio-gateway-address cluster2",
    ]) {
      ok(passed.includes(id), `${id} is not among ${passed.join(", ")}`);
    }
    for (const id of ["istio-cross-network-gateway cluster1", "istio-proxies cluster1"]) {
      ok(findingsThat(ended, "skipped").includes(id), id);
    }
    deepEqual(demoFindings(ended), demoInOrder);
    ok(ended.result?.created.includes("kubernetes:helm.sh/v3:Release::cluster1-istio-ztunnel"));
  });

  it("is refused on real nodes, in one sentence", async () => {
    const { code, output } = await world().start("--config", 'istio={"dataplane":"ambient"}', "--nodes", "real").done;
    equal(code, 1);
    ok(/istio\.dataplane ambient has no real nodes/.test(output), output);
  });
});
