import { type ClusterConfig, isEks } from "../../config/cluster";
import type { PartialBackendConfig } from "../../plan/backend-profile";
import { noMetadata } from "../../plan/objects";
import type { Admission, Protection } from "../../plan/protection";
import { admit, callersElsewhere, denyAll, type Peer } from "../common/network-policies";
import type { LoadBalancerSettings } from "./settings";

/**
 * Nobody but the callers, by their labels. Who comes by a load balancer comes through a node, with that node's address
 * (kubernetes, pkg/proxy/iptables: external traffic is masqueraded), and nodes and pods share the VPC's: so what peers or
 * people call, every pod of the cluster may call too. The agent always lets the node in that a pod is on, and with it the
 * kubelet (aws-network-policy-agent, pkg/ebpf), as every agent does (Kubernetes documentation, network-policies).
 */
export function protectPods(
  admissions: readonly Admission[],
  { clusters = [] }: PartialBackendConfig<LoadBalancerSettings>,
): Protection {
  const others = (admission: Admission): Peer[] => {
    const { cluster, people } = admission;
    if (!people && callersElsewhere(admission).length === 0) return [];
    return clusters.filter(({ name }) => name === cluster).map((each) => ({ ipBlock: { cidr: nodesOf(each) } }));
  };
  const policies = admissions.map((admission) => admit(admission, others(admission)));
  return { namespace: noMetadata, objects: [...denyAll(admissions), ...policies] };
}

function nodesOf(cluster: ClusterConfig): string {
  return isEks(cluster) ? cluster.vpcCidr : (cluster.nodeCidr ?? cluster.egressCidr);
}
