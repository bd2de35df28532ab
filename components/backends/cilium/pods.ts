import { noRequests, type PodDemand } from "../../plan/pods";
import { meshServer } from "./names";
import type { CiliumSettings } from "./settings";

/** Pods on a cluster. The chart requests nothing for them (cilium, install/kubernetes/cilium/values.yaml). */
export function ciliumPods({ hubble }: Pick<CiliumSettings, "hubble">): PodDemand[] {
  const one = (name: string): PodDemand => ({ name, count: 1, requests: noRequests });
  const onEach = (name: string): PodDemand => ({ name, count: "each node", requests: noRequests });
  return [
    onEach("cilium"),
    onEach("cilium-envoy"),
    one("cilium-operator"),
    one(meshServer),
    ...(hubble ? [one("hubble-relay")] : []),
  ];
}
