import { quantities } from "../../plan/pods";
import { gatewayName, networkOf } from "../common/istio/names";
import { gatewayRequests, istiodRequests, sidecarRequests } from "../common/istio/pods";

/** Values of the istiod chart. `mesh` is the same on every cluster of the lab. */
export function istiodValues(mesh: string, cluster: string) {
  return {
    global: {
      meshID: mesh,
      multiCluster: { clusterName: cluster },
      network: networkOf(cluster),
      proxy: { resources: { requests: quantities(sidecarRequests) } },
    },
    meshConfig: {
      defaultConfig: {
        // A Service that lives only on the peer has no entry in this cluster's DNS: the sidecar answers for it.
        proxyMetadata: { ISTIO_META_DNS_CAPTURE: "true" },
      },
    },
    autoscaleEnabled: false,
    replicaCount: 1,
    resources: { requests: quantities(istiodRequests) },
  };
}

/** Values of the gateway chart for the east-west gateway. */
export function gatewayValues(cluster: string) {
  return {
    name: gatewayName,
    networkGateway: networkOf(cluster),
    // The program owns the load balancer's Service: its address is an output and its removal is waited for.
    service: { type: "None" },
    autoscaling: { enabled: false },
    replicaCount: 1,
    resources: { requests: quantities(gatewayRequests) },
  };
}
