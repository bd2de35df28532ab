import type { PlannedExport } from "../../components/plan/exports";
import { type ClusterCheck, type LiveCluster, verdict } from "../common/check";
import { missing } from "./membership";
import { differences } from "./planned-objects";

interface ServiceSpec {
  readonly selector?: Readonly<Record<string, string>>;
  readonly ports?: readonly { readonly port: number; readonly name?: string }[];
}

/**
 * What the cluster must have for the Services that cross clusters: the Service and what offers it where its instances are,
 * the Service without pods where the backend wants one, and the backend's own objects.
 */
export const exportedServices: ClusterCheck = {
  id: "demo-exports",
  expects: "Services that cross clusters are exported as planned",
  ofCluster: async (cluster, { demo }) => {
    if (!demo) return { status: "skipped", detail: "the demo is off" };
    const problems = await Promise.all(demo.exports.map((exported) => problemsOf(exported, cluster)));
    const names = demo.exports
      .filter(({ from, plan }) => [...from, ...plan.selectorless].includes(cluster.name))
      .map(({ name }) => name);
    return verdict(problems.flat(), names.length > 0 ? names.join(", ") : "exports nothing");
  },
};

async function problemsOf(exported: PlannedExport, cluster: LiveCluster): Promise<(string | false)[]> {
  const { name: service, namespace, from, port, portName, plan } = exported;
  const objects = await differences(plan.objects, cluster);
  const selectorless = plan.selectorless.includes(cluster.name);
  if (!selectorless && !from.includes(cluster.name)) return objects;
  const found = await cluster.kube.get({ apiVersion: "v1", kind: "Service", namespace, name: service });
  if (!found) return [`there is no Service ${namespace}/${service}`];
  const { selector = {}, ports = [] } = found.spec as ServiceSpec;
  const selects = Object.keys(selector).length > 0;
  return [
    ...objects,
    ...missing(found, plan),
    selects === selectorless &&
      `Service ${service} ${selectorless ? "selects pods, which are elsewhere" : "selects no pods"}`,
    !ports.some((each) => each.port === port && each.name === portName) &&
      `Service ${service} has no port ${port} called ${portName}`,
  ];
}
