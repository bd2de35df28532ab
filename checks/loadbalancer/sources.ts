import { type ClusterCheck, type Verdict, verdict } from "../common/check";
import { entryService, sharedObjects } from "./exports";

/** The cluster's load balancers take connections from its peers and from nobody else. */
export const peersAlone: ClusterCheck = {
  id: "loadbalancer-sources",
  expects: "load balancers let in the peers and nobody else",
  ofCluster: async (cluster, lab): Promise<Verdict> => {
    const [shared, entry] = await Promise.all([sharedObjects(cluster, cluster.name), entryService(cluster)]);
    const balancers = [...shared, ...(entry ? [entry] : [])].filter(({ spec }) => spec.type === "LoadBalancer");
    if (balancers.length === 0) return { status: "skipped", detail: `${cluster.name} has no load balancer` };
    const peers = lab.clusters.filter(({ name }) => name !== cluster.name).map(({ egressCidr }) => egressCidr);
    const expected = [...peers].sort().join(", ");
    return verdict(
      balancers.map(({ name, spec }) => {
        const admitted = [...(spec.loadBalancerSourceRanges ?? ["everybody"])].sort().join(", ");
        return admitted !== expected && `${name} admits ${admitted}; the peers come from ${expected}`;
      }),
      `${balancers.map(({ name }) => name).join(", ")}: ${expected}`,
    );
  },
};
