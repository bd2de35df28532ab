/** What tunnels between clusters can be made of (submariner, pkg/cable). */
export const cableDriverNames = ["libreswan", "wireguard", "vxlan"] as const;

/** One of them; what each means is in cables.ts. */
export type CableDriverName = (typeof cableDriverNames)[number];

/** How many clusters find global addresses: a /16 each of Globalnet's 242.0.0.0/8. */
export const globalRanges = 256;

/** Where the operator runs: its chart writes the Submariner resource into this namespace and no other. */
export const operatorNamespace = "submariner-operator";
/** Where members find each other, on the broker's cluster; also Helm's name for the broker's chart. */
export const brokerNamespace = "submariner-k8s-broker";
/** The Submariner resource, as the operator's chart calls it. */
export const submarinerName = "submariner";
/** Secret of a member: how it reaches the broker. */
export const brokerSecretName = "submariner-broker";
/** Secret of a member: the pre-shared key of its tunnels. */
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
