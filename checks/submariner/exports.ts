import type { PlannedExport } from "../../components/plan/exports";
import { type ClusterCheck, type LiveCluster, skip, verdict } from "../common/check";
import type { KubeObject } from "../kube/client";

const api = "multicluster.x-k8s.io/v1alpha1";

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
}

/** What the cluster exports is valid, and what anybody exports is imported here from all who do. */
export const importedExports: ClusterCheck = {
  id: "submariner-exports",
  expects: "what the cluster exports is imported",
  ofCluster: async (cluster, { demo }) => {
    if (!demo) return skip("the demo is off");
    const problems = await Promise.all(
      demo.exports.flatMap((exported) => [
        ...(exported.from.includes(cluster.name) ? [exportProblem(exported, cluster)] : []),
        importProblem(exported, cluster),
      ]),
    );
    return verdict(problems, `${demo.exports.map(({ name, from }) => `${name} of ${from.join(" and ")}`).join(", ")}`);
  },
};

async function exportProblem({ name, namespace }: PlannedExport, { kube }: LiveCluster): Promise<string | false> {
  const found = await kube.get({ apiVersion: api, kind: "ServiceExport", namespace, name });
  if (!found) return `there is no ServiceExport ${name}`;
  const { conditions = [] } = statusOf<{ conditions: readonly Condition[] }>(found);
  const said = (type: string) => conditions.find((condition) => condition.type === type);
  const [valid, conflict] = [said("Valid"), said("Conflict")];
  if (valid?.status !== "True")
    return `ServiceExport ${name} is not valid: ${valid?.message ?? "nothing is said of it"}`;
  return conflict?.status === "True" && `ServiceExport ${name} is in conflict: ${conflict.message}`;
}

async function importProblem({ name, namespace, from }: PlannedExport, { kube }: LiveCluster): Promise<string | false> {
  const found = await kube.get({ apiVersion: api, kind: "ServiceImport", namespace, name });
  if (!found) return `there is no ServiceImport ${name}`;
  const { clusters = [] } = statusOf<{ clusters: readonly { readonly cluster: string }[] }>(found);
  const missing = from.filter((owner) => !clusters.some(({ cluster }) => cluster === owner));
  return missing.length > 0 && `ServiceImport ${name} does not name ${missing.join(", ")}`;
}

const statusOf = <T>({ status }: KubeObject) => (status ?? {}) as Partial<T>;
