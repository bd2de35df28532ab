import type { PartialBackendConfig } from "../../plan/backend-profile";
import { noMetadata } from "../../plan/objects";
import type { Admission, Protection } from "../../plan/protection";
import { admit, callersElsewhere, denyAll, type Peer } from "../common/network-policies";
import { podCidrOf } from "./addresses";
import type { SubmarinerSettings } from "./settings";

/**
 * Nobody but the callers: here by their labels; of the peers' pods a policy knows the addresses alone, since labels end at
 * the cluster's border. Calico always lets the node in that a pod is on, and with it the kubelet.
 */
export function protectPods(
  admissions: readonly Admission[],
  config: PartialBackendConfig<SubmarinerSettings>,
): Protection {
  const policies = admissions.map((admission) => admit(admission, others(admission, config)));
  return { namespace: noMetadata, objects: [...denyAll(admissions), ...policies] };
}

/**
 * With Globalnet not even the peers' addresses are known: the Service behind a global address is one with an external IP, and
 * on the way to those kube-proxy puts the gateway node's address in place of the caller's (submariner, pkg/globalnet;
 * kubernetes, pkg/proxy/iptables). The same happens to people on their way through a node to a pod on another one.
 */
function others(
  admission: Admission,
  { clusters = [], own }: PartialBackendConfig<SubmarinerSettings>,
): Peer[] | undefined {
  const elsewhere = callersElsewhere(admission);
  if (admission.people || (own?.globalnet && elsewhere.length > 0)) return undefined;
  return clusters
    .filter(({ name }) => elsewhere.includes(name))
    .map((cluster) => ({ ipBlock: { cidr: podCidrOf(cluster) } }));
}
