/** Names that every release of Istio knows its parts by. */

/** Namespace of the control plane and the gateways. */
export const istioNamespace = "istio-system";

/** Name of the east-west gateway: Helm release, Deployment and Service. */
export const gatewayName = "istio-eastwestgateway";

/** Where gateways of other networks are called by default (istio pilot, DefaultNetworkGatewayPort). */
export const crossNetworkPort = 15443;

/** Among the hosts that a gateway exposes: every Service of its cluster. */
export const everyHost = "*.local";

/** The network of all clusters whose pods reach each other by their own addresses. */
export const sharedNetwork = "one-network";

/** Of a cluster that is a network of its own: its pods are reached through its gateway. */
export function networkOf(cluster: string): string {
  return `${cluster}-network`;
}
