/** What `npm run verify -- --disrupt` finds of a lab that is sound, with load balancers that follow. */
import { deepEqual, ok } from "node:assert/strict";
import { type DisruptionResult, disrupt } from "../../../checks/disrupt/disrupt";
import { excludedLabel, forNow } from "../../../checks/disrupt/zone";
import { istioWayIn } from "../../../checks/istio/way-in";
import type { RealLab } from "../../support/real-lab";

/** @param opened the lab, from the first test on */
export function disruptionsOn(opened: () => RealLab): void {
  it("is disrupted, and answers again: a gateway's pod, a zone of the balancer, the local instances", async () => {
    const lab = opened();
    const found = await disrupt(
      { lab: lab.lab, changer: (cluster) => lab.kube(cluster), wayIn: istioWayIn },
      undefined,
    );
    process.stdout.write(`${found.map((each) => `    ${asked(each)}: ${each.detail}`).join("\n")}\n`);
    const [primary, copy] = [lab.carts.primary, lab.carts.copy];
    const expected = [
      ...[primary, copy].map((cluster) => `disrupt-instances ${cluster} pass`),
      ...["disrupt-gateway", "disrupt-zone"].flatMap((id) => [
        `${id} ${primary} ${copy} pass`,
        `${id} ${copy} ${primary} pass`,
      ]),
    ];
    deepEqual(found.map((each) => `${asked(each)} ${each.status}`).sort(), expected.sort());
    for (const { id, cluster, disruption } of found) {
      ok(disruption && disruption.calls > disruption.failed, `${id}: nobody was answered`);
      const copies = cluster === copy && id !== "disrupt-instances";
      deepEqual(disruption.replicationLivedOn !== undefined, copies, `${id} ${cluster}: the copy's connection`);
    }
    for (const cluster of [primary, copy]) {
      const nodes = await lab.kube(cluster).list("v1", "Node");
      deepEqual(
        nodes.filter(({ metadata }) => metadata.labels?.[excludedLabel] === forNow),
        [],
      );
    }
  });
}

const asked = ({ id, cluster, peer }: DisruptionResult) => `${id} ${cluster}${peer ? ` ${peer}` : ""}`;
