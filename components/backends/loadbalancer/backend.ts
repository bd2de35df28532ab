import type { Backend } from "../common/backend";
import { Alias } from "./alias";
import { ExportingCluster, type LoadBalancerInstalled } from "./exporting-cluster";
import { exportedBy } from "./exports";
import type { LoadBalancerSettings } from "./settings";

/** Plain load balancers and names for them. */
export const loadBalancer: Backend<LoadBalancerSettings, LoadBalancerInstalled> = {
  install: (cluster, context, parent) =>
    new ExportingCluster(`${cluster.plan.key}-loadbalancer`, cluster, context, { parent }),
  joinPair: (here, peer, { config }, parent) => {
    const owner = peer.cluster.plan.name;
    for (const service of exportedBy(owner, config)) {
      new Alias(
        `${here.cluster.plan.key}-loadbalancer-${service.name}-${peer.cluster.plan.key}`,
        {
          service,
          owner,
          on: here.cluster,
          namespace: here.namespace(service.namespace),
          target: peer.targetOf(service),
        },
        { parent },
      );
    }
    return [];
  },
};
