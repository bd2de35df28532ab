/** What Istio's parts request in a lab, which has few proxies to configure. */
import type { PodDemand, Resources } from "../../../plan/pods";

/** Of istiod; its chart's 500m and 2 GiB are for meshes of hundreds of Services. */
export const istiodRequests: Resources = { cpu: 200, memory: 512 };

/** Of every sidecar; the chart's 100m and 128 MiB are more than a lab's pods themselves need. */
export const sidecarRequests: Resources = { cpu: 10, memory: 64 };

/** Of a gateway, as its chart has it: values.yaml of Istio's gateway, and of istio-meshgateway in istio-operator 2.17. */
export const gatewayRequests: Resources = { cpu: 100, memory: 128 };

/** Of a ztunnel; its chart's 200m and 512 MiB are for clusters of thousands of pods. */
export const ztunnelRequests: Resources = { cpu: 50, memory: 128 };

/** Of what leads packets to it, as its chart has it. */
export const cniRequests: Resources = { cpu: 100, memory: 100 };

/**
 * A control plane and the gateway for the peers, one pod each.
 *
 * @param gateway its name; undefined where there is none
 */
export function meshPods(gateway: string | undefined): PodDemand[] {
  return [
    { name: "istiod", count: 1, requests: istiodRequests },
    ...(gateway === undefined ? [] : [{ name: gateway, count: 1, requests: gatewayRequests } as const]),
  ];
}
