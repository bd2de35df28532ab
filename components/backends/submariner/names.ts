/** What tunnels between clusters can be made of (submariner, pkg/cable). */
export const cableDriverNames = ["libreswan", "wireguard", "vxlan"] as const;

export type CableDriverName = (typeof cableDriverNames)[number];

/** Where the operator runs: its chart writes the Submariner resource into this namespace and no other. */
export const operatorNamespace = "submariner-operator";
export const brokerNamespace = "submariner-k8s-broker";
/** The Submariner resource, as the operator's chart calls it. */
export const submarinerName = "submariner";
/** Secrets of a member: how it reaches the broker, and the tunnels' key. */
export const brokerSecretName = "submariner-broker";
export const keySecretName = "submariner-preshared-key";
/** Key in the Secret (operator, gateway_resources.go; submariner, libreswan.go). */
export const keyField = "psk";

/** Makes a node a gateway (operator, gateway_resources.go). */
export const gatewayLabel = "submariner.io/gateway";
/** The largest TCP segment that a gateway lets connections agree on (submariner, TCPMssValue). */
export const mssAnnotation = "submariner.io/tcp-clamp-mss";
/** Service before Lighthouse's DNS servers, at an address that the plan chose. */
export const dnsServiceName = "clusterset-dns";

/** A member's account on the broker. The operator looks for this name when it renews the member's credentials. */
export function memberAccount(cluster: string): string {
  return `cluster-${cluster}`;
}

/** TCP's and IPv4's headers. */
const tcpIpHeaders = 40;

/** The largest TCP segment in a packet of `mtu` bytes. */
export function maximumSegment(mtu: number): number {
  return mtu - tcpIpHeaders;
}
