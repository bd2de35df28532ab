import type { ClusterConfig } from "../../config/cluster";
import { globalCidr, podCidrOf, type SubmarinerConfig } from "./addresses";
import { brokerNamespace, brokerSecretName, operatorNamespace } from "./names";

/** The broker's chart brings its definitions alone: every member has an account of its own instead of a common one. */
export const brokerValues = { rbac: { create: false }, serviceAccounts: { client: { create: false } } };

/**
 * Values of the operator's chart. The member's credentials are a Secret, and so is the key; what WireGuard has instead is
 * the only thing here that is.
 *
 * @param server host and port of the broker's API server
 * @param wireguard key for that driver
 */
export function operatorValues<T>(config: SubmarinerConfig, cluster: ClusterConfig, server: T, wireguard: T) {
  const { cableDriver, globalnet } = config.own;
  return {
    submariner: {
      clusterId: cluster.name,
      clusterCidr: podCidrOf(cluster),
      serviceCidr: cluster.serviceCidr,
      ...(globalnet ? { globalCidr: globalCidr(config, cluster.name) } : {}),
      cableDriver,
      natEnabled: config.interconnect === "internet",
      serviceDiscovery: true,
      brokerK8sSecret: brokerSecretName,
      // Left alone, the operator writes into the ConfigMap of EKS's coredns add-on, which takes it out again. The zone is
      // in the add-on's own configuration; what the operator writes goes where nobody reads it.
      coreDNSCustomConfig: { configMapName: "lighthouse-forward", namespace: operatorNamespace },
    },
    broker: { server, namespace: brokerNamespace, token: "", ca: "", insecure: false, globalnet },
    ...(cableDriver === "wireguard" ? { ipsec: { psk: wireguard } } : {}),
    serviceAccounts: { globalnet: { create: globalnet } },
  };
}

/** `https://NAME` as Submariner wants it: host and port. */
export function hostAndPort(endpoint: string): string {
  const { hostname, port } = new URL(endpoint);
  return `${hostname}:${port || "443"}`;
}
