import { quantities } from "../../plan/pods";
import { gatewayName, networkOf } from "../common/istio/names";
import { gatewayRequests, istiodRequests, sidecarRequests } from "../common/istio/pods";

/**
 * Values of the istiod chart.
 *
 * @param mesh the same on every cluster of the lab
 * @param root fingerprint of the lab's root
 */
export function istiodValues<T>(mesh: string, cluster: string, root: T) {
  return {
    // istiod takes a new intermediate as it runs and a new root only when it starts; with a new root before that it takes
    // neither (istio pilot/pkg/bootstrap/istio_ca.go, handleEvent). So its pod starts anew with the root.
    podAnnotations: { "multicluster-lab/root": root },
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
