/** Names that Linkerd's parts know each other by. */
import { createHash } from "node:crypto";

/** Namespace of the control plane. */
export const controlNamespace = "linkerd";
/** Namespace of the multicluster extension: gateway, mirroring controllers and Links. */
export const multiclusterNamespace = "linkerd-multicluster";
/** Namespace of the extension with metrics, tap and dashboard. */
export const vizNamespace = "linkerd-viz";

/** Domain of Services and, since the charts take it for both, of identities. The same on every cluster. */
export const clusterDomain = "cluster.local";

/** Deployment, account and Service of the gateway. */
export const gatewayName = "linkerd-gateway";

/** Service that the program puts in front of the gateway; the chart keeps the gateway's own name for one of its own. */
export const balancerName = `${gatewayName}-peers`;

/** Where the gateway takes traffic of the peers. */
export const gatewayPort = 4143;

/** Where the peers ask whether the gateway lives. */
export const probePort = 4191;

/** What they ask for there. */
export const probePath = "/ready";

/** How often, in seconds. */
export const probePeriod = 3;

/** Where every proxy takes traffic of other proxies, whatever port the client asked for (proxy.outboundTransportMode). */
export const proxyPort = 4143;

/** Identity that peers demand of the gateway: its account's. */
export const gatewayIdentity = `${gatewayName}.${multiclusterNamespace}.serviceaccount.identity.${controlNamespace}.${clusterDomain}`;

/** Name of a cluster's identity issuer, as Linkerd's own commands give it (https://linkerd.io/2-edge/tasks/generate-certificates). */
export const issuerName = `identity.${controlNamespace}.${clusterDomain}`;

/** Secret with the issuer's certificate and key, which the control plane reads. */
export const issuerSecret = "linkerd-identity-issuer";

/** Account with which peers read; the multicluster chart makes it and its rights. */
export const remoteAccount = "linkerd-service-mirror-remote-access-default";

/** Secret with the token that peers hold. The chart has one of its own, called after the account alone. */
export const remoteTokenSecret = `${remoteAccount}-link-token`;

/**
 * Secret with which a cluster reads `peer`. Other credentials are another Secret: neither controller looks again into one
 * that it has read (linkerd2, multicluster/cmd/service-mirror and destination/watcher/cluster_store.go).
 *
 * @param kubeconfig what is in it; default: the beginning of every such name
 */
export function credentialsSecret(peer: string, kubeconfig?: string): string {
  const digest = kubeconfig === undefined ? "" : createHash("sha256").update(kubeconfig).digest("hex").slice(0, 10);
  return `cluster-credentials-${peer}-${digest}`;
}

/** Deployment and account of the controller that mirrors `peer`'s Services (chart linkerd-multicluster). */
export function mirrorController(peer: string): string {
  return `controller-${peer}`;
}

/** By which the destination controller knows whose credentials a Secret holds. */
export const clusterNameLabel = "multicluster.linkerd.io/cluster-name";

/** Type of such Secrets. The destination controller passes over others (linkerd2, destination/watcher/cluster_store.go). */
export const credentialsType = "mirror.linkerd.io/remote-kubeconfig";

/** What the destination controller wants to see on its copy: without the label it passes over it, without the rest it fails. */
export function destinationMetadata(peer: string) {
  return {
    labels: { [clusterNameLabel]: peer },
    annotations: {
      "multicluster.linkerd.io/trust-domain": clusterDomain,
      "multicluster.linkerd.io/cluster-domain": clusterDomain,
    },
  };
}
