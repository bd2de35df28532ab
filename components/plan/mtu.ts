/** MTU: what fits through the path between two clusters, less what the backend puts around it. All sizes in bytes. */
import type { Networking } from "./networking";

/** The largest Ethernet frame payload inside of a VPC (EC2 user guide, network_mtu). */
const jumboFrame = 9001;
/** Inter-region VPC peering (EC2 user guide, network_mtu; it was 1500 before March 2025). */
const interRegionPeering = 8500;
/** Everything through an internet gateway (EC2 user guide, network_mtu). */
const internetGateway = 1500;

/**
 * On every node: the pods' MTU for which it was started. Running pods and nodes keep theirs whatever the CNI is told later, so
 * node groups are replaced when it changes.
 */
export const mtuLabel = "multicluster-lab/mtu";

/** What fits through the path between two clusters. */
export interface PathMtu {
  /** The largest packet. */
  readonly bytes: number;
  /** What the path is, for explanations. */
  readonly why: string;
}

/** MTU of a cluster, in bytes. All clusters that the lab makes have the same. */
export interface MtuPlan {
  /** What fits through the narrowest path between two clusters. */
  readonly path: number;
  /** MTU of the nodes' network interfaces: VPC CNI's AWS_VPC_ENI_MTU; without it nobody lowers what AWS gives them. */
  readonly node: number;
  /** What a pod may send to a pod of a peer (VPC CNI's POD_MTU, or the MTU of another CNI's route). */
  readonly pod: number;
  /** How `pod` follows from `path`, for explanations. */
  readonly why: string;
}

/** How packets go from cluster to cluster. */
export type Route = "peering" | "internet";

/**
 * The name of an internet-facing load balancer resolves to public addresses, so traffic to it goes through the internet
 * gateways even where the VPCs are peered.
 *
 * @param balanced whether peers come in by load balancers
 */
export function routeBetween(
  { interconnect, exposure }: { readonly interconnect: Route; readonly exposure: "private" | "public" },
  balanced: boolean,
): Route {
  return balanced && exposure === "public" ? "internet" : interconnect;
}

/** The way to a cluster that is there already, as far as the lab knows it. */
export const outside: PathMtu = { bytes: internetGateway, why: "through networks that are not the lab's" };

/** The way between a cluster that is there already and a peer, as wide as somebody says that it is. */
export function saidMtu(bytes: number, cluster: string): PathMtu {
  return { bytes, why: `between ${cluster} and its peers, by its pathMtu` };
}

/** MTU of the path between two regions. */
export function pathMtu(fromRegion: string, toRegion: string, route: Route): PathMtu {
  if (route === "internet") return { bytes: internetGateway, why: "through internet gateways" };
  if (fromRegion !== toRegion) return { bytes: interRegionPeering, why: "VPC peering between regions" };
  return { bytes: jumboFrame, why: "VPC peering within a region" };
}

/**
 * MTU for every cluster of the lab: the narrowest path decides, because a pod has one MTU for all its peers.
 */
export function planMtu(
  paths: readonly PathMtu[],
  { cni, encapsulation }: Pick<Networking, "cni" | "encapsulation">,
): MtuPlan {
  const narrowest = paths.reduce((least, path) => (path.bytes < least.bytes ? path : least), {
    bytes: jumboFrame,
    why: "inside of the VPC",
  });
  return {
    path: narrowest.bytes,
    node: cni === "vpc-cni" ? narrowest.bytes : jumboFrame,
    pod: Math.min(narrowest.bytes - encapsulation.overhead, encapsulation.largest ?? jumboFrame),
    why: `${narrowest.bytes} ${narrowest.why}, less ${encapsulation.overhead} for ${encapsulation.name}${encapsulation.largest ? `, at most ${encapsulation.largest}` : ""}`,
  };
}
