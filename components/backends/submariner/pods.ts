import { noRequests, type PodDemand } from "../../plan/pods";
import type { SubmarinerSettings } from "./settings";

const one = (name: string): PodDemand => ({ name, count: 1, requests: noRequests });
const two = (name: string): PodDemand => ({ ...one(name), count: 2 });
const onEach = (name: string): PodDemand => ({ ...one(name), count: "each node" });

/**
 * What Calico's operator makes with the lab's Installation, itself included; nothing of it requests anything (tigera/operator,
 * pkg/render; ControlPlaneReplicas is 2, and for up to four nodes there are at most two Typhas: pkg/common/autoscale.go).
 */
const calico: readonly PodDemand[] = [
  one("tigera-operator"),
  onEach("calico-node"),
  onEach("csi-node-driver"),
  two("calico-typha"),
  two("calico-apiserver"),
  one("calico-kube-controllers"),
];

/**
 * Pods on a cluster: Calico's, and what Submariner's operator makes (submariner-operator, controllers/submariner and
 * controllers/servicediscovery), which requests nothing either.
 */
export function submarinerPods({ gateways, globalnet }: SubmarinerSettings): PodDemand[] {
  const onGateways = (name: string): PodDemand => ({ ...one(name), count: gateways });
  return [
    ...calico,
    one("submariner-operator"),
    onEach("submariner-routeagent"),
    onGateways("submariner-gateway"),
    onGateways("submariner-metrics-proxy"),
    ...(globalnet ? [onGateways("submariner-globalnet")] : []),
    { name: "submariner-gateway-mss", count: gateways, requests: { cpu: 1, memory: 4 } },
    one("submariner-lighthouse-agent"),
    two("submariner-lighthouse-coredns"),
  ];
}
