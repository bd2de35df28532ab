/** What a backend's own pods and proxies take, as the kubelets count it. */
import type { ContainerStats, KubeObject, KubeProber, NodeSummary } from "../checks/kube/client";

/** What is the backend's own. */
export interface Owned {
  /** Namespaces that are its alone. */
  readonly namespaces: readonly string[];
  /** In kube-system: what the names of its pods begin with. */
  readonly system: readonly string[];
  /** Its containers in the pods of others. */
  readonly containers: readonly string[];
}

/** Sums at a time. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly megabytes: number;
}

/**
 * The sums over all nodes of all clusters.
 *
 * @param nodes names of those that run something, by cluster
 */
export async function usageOf(
  clusters: readonly { readonly kube: Pick<KubeProber, "nodeSummary">; readonly nodes: readonly string[] }[],
  owned: Owned,
): Promise<Usage> {
  const summaries = await Promise.all(
    clusters.flatMap(({ kube, nodes }) => nodes.map((node) => kube.nodeSummary(node))),
  );
  const containers = summaries.flatMap((summary) => ownContainers(summary, owned));
  const sum = (of: (stats: ContainerStats) => number | undefined) =>
    containers.reduce((total, each) => total + (of(each) ?? 0), 0);
  return {
    cpuSeconds: sum(({ cpu }) => cpu?.usageCoreNanoSeconds) / 1e9,
    megabytes: Math.round(sum(({ memory }) => memory?.workingSetBytes) / 1e6),
  };
}

function ownContainers({ pods = [] }: NodeSummary, { namespaces, system, containers }: Owned): ContainerStats[] {
  return pods.flatMap(({ podRef: { name, namespace }, containers: all = [] }) => {
    const isOwn =
      namespaces.includes(namespace) ||
      (namespace === "kube-system" && system.some((beginning) => name.startsWith(beginning)));
    return isOwn ? all : all.filter((each) => containers.includes(each.name));
  });
}

/** Names of a cluster's nodes on which pods run. */
export function nodeNames(nodes: readonly KubeObject[], simulated: ReadonlySet<string>): string[] {
  return nodes.map(({ metadata }) => metadata.name).filter((name) => !simulated.has(name));
}
