/**
 * Flows: who must reach whom, and why. They are the one description from which security group rules, the API servers'
 * access lists, the reachability proof, the port tables and the pictures are made.
 */

/** Where traffic begins or ends. */
export type Place =
  /** The nodes of a cluster and, with VPC addresses, its pods. */
  | { readonly kind: "nodes"; readonly cluster: string }
  /** Nodes with public addresses of their own, which AWS chooses when they start. */
  | { readonly kind: "publicNodes"; readonly cluster: string }
  /** A load balancer in front of a cluster's nodes. */
  | { readonly kind: "balancer"; readonly cluster: string; readonly balancer: string }
  | { readonly kind: "apiServer"; readonly cluster: string };

/** What a packet is, as far as a security group looks. */
export type Traffic =
  | { readonly protocol: "tcp" | "udp"; readonly port: number }
  | { readonly protocol: "icmp"; readonly type: number; readonly code: number }
  | { readonly protocol: "esp" }
  /** Everything: where pods have addresses of their own, their ports are the applications' to choose. */
  | { readonly protocol: "all" };

/** One kind of packet that must get from one place to another. */
export interface Flow {
  /** Where it begins; answers need no flow of their own, because security groups keep track of connections. */
  readonly from: Place;
  /** Where it ends, as its sender addresses it: a load balancer, not the nodes behind it. */
  readonly to: Place;
  /** Protocol and port, as its sender addresses them. */
  readonly traffic: Traffic;
  /** The reason, in words that fit a security group rule's description. */
  readonly why: string;
}

/** `tcp 15443`, `icmp 3/4`, `esp` */
export function trafficText(traffic: Traffic): string {
  switch (traffic.protocol) {
    case "tcp":
    case "udp":
      return `${traffic.protocol} ${traffic.port}`;
    case "icmp":
      return `icmp ${traffic.type}/${traffic.code}`;
    case "esp":
    case "all":
      return traffic.protocol;
    default:
      return traffic satisfies never;
  }
}

/** `cluster1 nodes`, `cluster2 istio-eastwestgateway` */
export function placeText(place: Place): string {
  switch (place.kind) {
    case "nodes":
      return `${place.cluster} nodes`;
    case "publicNodes":
      return `${place.cluster} public nodes`;
    case "balancer":
      return `${place.cluster} ${place.balancer}`;
    case "apiServer":
      return `${place.cluster} API server`;
    default:
      return place satisfies never;
  }
}
