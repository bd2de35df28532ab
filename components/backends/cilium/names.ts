/** Names that Cilium's chart gives, or looks for (cilium 1.20.2, templates). */

/** The chart's objects are where Kubernetes' own are: the network comes before everything else. */
export const ciliumNamespace = "kube-system";

/** The mesh's API server: Deployment and Service. */
export const meshServer = "clustermesh-apiserver";
/** etcd, where peers read. */
export const meshPort = 2379;

/** The name under which the mesh's API server is called in its own cluster. */
export const meshServerHost = `${meshServer}.${ciliumNamespace}.svc`;

/** etcd configurations of the agents, a key for each peer: they lead to the copy that the own cluster's API server keeps. */
export const agentPeersSecret = "cilium-clustermesh";
/** etcd configurations of the mesh's API server, a key for each peer: they lead to the peers' own, which it copies. */
export const meshPeersSecret = "cilium-kvstoremesh";
/** Who may read from the mesh's API server. */
export const remoteUsersMap = "clustermesh-remote-users";
/** The keys of IPsec, the same in all clusters. */
export const ipsecKeysSecret = "cilium-ipsec-keys";

/** Common name of a cluster's certificate towards its peers; etcd takes it for the user's name. */
export function remoteUser(cluster: string): string {
  return `remote-${cluster}`;
}

/** Certificate of Hubble's agents, which are asked for flows. */
export const hubbleServerSecret = "hubble-server-certs";
/** Certificate of Hubble's relay, which asks. */
export const hubbleRelaySecret = "hubble-relay-client-certs";

/** The name by which the relay calls an agent of a cluster; `*` for all of them (cilium pkg/hubble/peer, handler.go). */
export function hubbleHost(node: string, cluster: string): string {
  return `${node}.${cluster}.hubble-grpc.cilium.io`;
}

/** How Services cross clusters: by Cilium's own annotation, or by the Multi-Cluster Services API. */
export const ciliumExportWays = ["global-services", "mcs"] as const;
