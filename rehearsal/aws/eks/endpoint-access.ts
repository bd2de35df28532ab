/** Who gets to the API server of a cluster from outside of its VPC. */
import { contains } from "../account/cidr";
import type { Eks } from "./eks";
import type { Cluster } from "./items";

/** Whether the public endpoint of a cluster answers `address`: those on its list, and nobody when there is no such endpoint. */
export function admits({ endpointPublicAccess, publicAccessCidrs }: Cluster, address: string): boolean {
  return endpointPublicAccess && publicAccessCidrs.some((cidr) => contains(cidr, `${address}/32`));
}

/**
 * Why the API server at `url` gives no answer to `address`; undefined when it does, or is none of EKS's. Packets of those
 * that are not admitted are dropped (EKS user guide, cluster-endpoint).
 *
 * @param address public, of somebody outside of the VPCs
 */
export function barredFrom({ account }: Eks, url: string, address: string): string | undefined {
  const cluster = account.list<Cluster>("eks-cluster", ({ endpoint }) => endpoint === url)[0];
  return !cluster || admits(cluster, address) ? undefined : `dial tcp ${new URL(url).host}: i/o timeout`;
}
