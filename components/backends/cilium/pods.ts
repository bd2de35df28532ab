import { noRequests, type PodDemand, type Resources } from "../../plan/pods";
import { meshServer } from "./names";
import type { CiliumSettings } from "./settings";

/**
 * What an agent's pod requests by its init container install-cni-binaries, which the scheduler counts where it is more than
 * the others together; they request nothing, nor do Cilium's other pods (chart cilium 1.20.2, rendered with the lab's values).
 */
const agentRequests: Resources = { cpu: 100, memory: 10 };

/** Pods on a cluster. */
export function ciliumPods({ hubble }: Pick<CiliumSettings, "hubble">): PodDemand[] {
  const one = (name: string): PodDemand => ({ name, count: 1, requests: noRequests });
  const onEach = (name: string): PodDemand => ({ name, count: "each node", requests: noRequests });
  return [
    { ...onEach("cilium"), requests: agentRequests },
    onEach("cilium-envoy"),
    one("cilium-operator"),
    one(meshServer),
    ...(hubble ? [one("hubble-relay")] : []),
  ];
}
