/** What a backend itself takes of the nodes, in the whole lab. */
import { profileOf } from "../../components/backends/profiles";
import { nodesOf } from "../../components/lab/capacity";
import type { LabPlan } from "../../components/lab/plan";
import { addResources, noRequests, type PodDemand, type Resources } from "../../components/plan/pods";

/** Pods and what they request together. */
export interface BackendLoad {
  /** Of the backend, on all clusters. */
  readonly pods: number;
  /** What these request together. */
  readonly requests: Resources;
  /** Proxies in the demo's pods, on all clusters; 0 where the backend has none. */
  readonly proxies: number;
  /** What these request together. */
  readonly proxyRequests: Resources;
}

/** The load of a plan's backend. */
export function backendLoad(plan: LabPlan): BackendLoad {
  const profile = profileOf(plan.config.backend);
  const loads = plan.clusters.map((cluster) =>
    loadOf(profile.pods(cluster.name, plan.backendConfig), nodesOf(cluster, plan)),
  );
  const demoPods = (plan.demo?.instances.length ?? 0) + (plan.demo?.replicas.length ?? 0);
  const { membership } = profile.exporter(plan.backendConfig);
  const proxies = isEmpty(membership.pods) ? 0 : demoPods;
  return {
    pods: loads.reduce((sum, { pods }) => sum + pods, 0),
    requests: loads.map(({ requests }) => requests).reduce(addResources, noRequests),
    proxies,
    proxyRequests: times(profile.sidecar ?? noRequests, proxies),
  };
}

function loadOf(demands: readonly PodDemand[], nodes: number): Pick<BackendLoad, "pods" | "requests"> {
  const counted = demands.map(({ count, requests }) => {
    const pods = count === "each node" ? nodes : count;
    return { pods, requests: times(requests, pods) };
  });
  return {
    pods: counted.reduce((sum, { pods }) => sum + pods, 0),
    requests: counted.map(({ requests }) => requests).reduce(addResources, noRequests),
  };
}

/** Pods that need nothing to be part of it have no proxy. */
function isEmpty({ labels, annotations }: { readonly labels: object; readonly annotations: object }): boolean {
  return Object.keys(labels).length + Object.keys(annotations).length === 0;
}

function times({ cpu, memory }: Resources, count: number): Resources {
  return { cpu: cpu * count, memory: memory * count };
}
