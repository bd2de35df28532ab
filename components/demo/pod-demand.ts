import { addResources, noRequests, type PodDemand, type Resources } from "../plan/pods";
import { boutique, redisCart } from "./boutique";
import type { DemoPlan } from "./plan";

/**
 * The demo's pods on a cluster.
 *
 * @param sidecar what the backend's proxy adds to each
 */
export function demoPods(cluster: string, demo: DemoPlan | undefined, sidecar: Resources = noRequests): PodDemand[] {
  if (!demo) return [];
  const redis = boutique.filter(({ name }) => name === redisCart);
  const here = demo.instances.filter((each) => each.cluster === cluster).map(({ service }) => service);
  const copies = demo.replicas.filter((each) => each.cluster === cluster).flatMap(() => redis);
  return [...here, ...copies].map(({ name, requests }) => ({
    name,
    count: 1,
    requests: addResources(requests, sidecar),
  }));
}
