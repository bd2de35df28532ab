/** Control planes on every cluster, on different networks, with a gateway in front of each: what follows for the plan. */
import type { Balancer } from "../../../plan/balancer";
import type { CallEncryption } from "../../../plan/encryption";
import type { Flow } from "../../../plan/flows";
import type { ClusterDemands } from "../../../plan/joining";
import { crossNetworkPort, gatewayName, istioNamespace, networkOf } from "./names";

/** Gateways pass connections on as they are, by the name that is asked for (`AUTO_PASSTHROUGH`). */
export const meshEncryption: CallEncryption = {
  method: "mutual TLS",
  ends: "sidecars, pod to pod; gateways pass it on unopened",
  identity: "the caller's service account, in a certificate under the lab's root",
};

/** What control planes on different networks go by (Istio docs, setup/install/multicluster). */
export const meshDemands: ClusterDemands = {
  same: ["root certificate", "mesh id", "names of namespaces"],
  own: ["intermediate", "cluster name", "network name"],
};

/**
 * The load balancer of the gateway between the networks.
 *
 * @param selector labels of the gateway's pods
 */
export function gatewayBalancer(cluster: string, selector: Readonly<Record<string, string>>): Balancer {
  return {
    name: gatewayName,
    namespace: istioNamespace,
    why: "sidecars of the peers come in here",
    // istiod finds a network's gateway by this label on a Service.
    labels: { "topology.istio.io/network": networkOf(cluster) },
    selector,
    ports: [{ name: "tls", port: crossNetworkPort, targetPort: crossNetworkPort, nodePort: 31443 }],
  };
}

/** By which calls come in to a peer. */
export function gatewayFlow(from: string, to: string): Flow {
  return {
    from: { kind: "nodes", cluster: from },
    to: { kind: "balancer", cluster: to, balancer: gatewayName },
    traffic: { protocol: "tcp", port: crossNetworkPort },
    why: "mutual TLS between sidecars through the east-west gateway",
  };
}

/**
 * By which a control plane learns of a peer.
 *
 * @param why who reads the peer's API server, in words
 */
export function readerFlow(from: string, to: string, why: string): Flow {
  return {
    from: { kind: "nodes", cluster: from },
    to: { kind: "apiServer", cluster: to },
    traffic: { protocol: "tcp", port: 443 },
    why,
  };
}
