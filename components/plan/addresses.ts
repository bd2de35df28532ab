import { prefixLength, subnetwork } from "../base/cidr";

/** EKS wants subnets in at least two availability zones (EKS user guide, network-reqs). */
const zones = 2;

/** A subnet of a cluster's VPC. */
export interface SubnetPlan {
  /** Which of the cluster's two availability zones, 0 or 1. */
  readonly zone: number;
  /** Its addresses. AWS keeps the first four and the last one. */
  readonly cidr: string;
}

/** How a VPC is divided: of each kind one subnet for each zone. */
export interface AddressPlan {
  /** Nodes, pods and internal load balancers. */
  readonly private: readonly SubnetPlan[];
  /** NAT gateway and internet-facing load balancers. */
  readonly public: readonly SubnetPlan[];
}

/**
 * Divides a VPC: a quarter for each zone's nodes and pods, a sixteenth for each zone's public subnet, the rest is spare.
 * From a /24 that leaves 59 addresses a zone for pods and 11 for load balancers (AWS keeps five of each subnet).
 */
export function planAddresses(vpcCidr: string): AddressPlan {
  const prefix = prefixLength(vpcCidr);
  const each = Array.from({ length: zones }, (_, zone) => zone);
  return {
    private: each.map((zone) => ({ zone, cidr: subnetwork(vpcCidr, prefix + 2, zone) })),
    // The first public subnet begins where the last private one ends.
    public: each.map((zone) => ({ zone, cidr: subnetwork(vpcCidr, prefix + 4, zones * 4 + zone) })),
  };
}
