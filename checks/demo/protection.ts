import type { ExportObject } from "../../components/plan/objects";
import { type ClusterCheck, type LiveCluster, skip, verdict } from "../common/check";
import { differences } from "./planned-objects";

/**
 * What refuses strangers is there as planned, and nothing besides: one more policy is one more who may come, in clear or at
 * all.
 */
export const protection: ClusterCheck = {
  id: "demo-protection",
  expects: "the policies that refuse strangers are there as planned, and no others",
  ofCluster: async (cluster, { demo }) => {
    if (!demo) return skip("the demo is off");
    const planned = demo.protection.filter((object) => object.cluster === cluster.name);
    if (planned.length === 0) return skip(nobodyRefused(cluster, demo.protection.length > 0));
    const [wrong, strange] = await Promise.all([
      differences(planned, cluster),
      unplanned(planned, demo.namespace, cluster),
    ]);
    const kinds = [...new Set(planned.map(({ manifest }) => manifest.kind))];
    return verdict([...wrong, ...strange], kinds.map((kind) => `${count(kind, planned)} ${kind}`).join(", "));
  },
};

function nobodyRefused({ controlledFrom }: LiveCluster, elsewhere: boolean): string {
  return elsewhere
    ? `proxies go by the policies of ${controlledFrom ?? "another cluster"}`
    : "everybody may come (demo.accessControl)";
}

async function unplanned(
  planned: readonly ExportObject[],
  namespace: string,
  { kube }: LiveCluster,
): Promise<string[]> {
  const kinds = new Map(planned.map(({ manifest: { apiVersion, kind } }) => [kind, apiVersion]));
  const found = await Promise.all(
    [...kinds].map(async ([kind, apiVersion]) => {
      const names = planned.flatMap(({ manifest }) => (manifest.kind === kind ? [manifest.metadata.name] : []));
      const there = await kube.list(apiVersion, kind, { namespace });
      return there
        .filter(({ metadata }) => !names.includes(metadata.name))
        .map(({ metadata }) => `${kind} ${metadata.name} is not of the demo`);
    }),
  );
  return found.flat();
}

const count = (kind: string, planned: readonly ExportObject[]) =>
  planned.filter(({ manifest }) => manifest.kind === kind).length;
