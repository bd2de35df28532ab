/** Names of what Istio is given here besides its charts. */

/** Service in front of the primary's istiod, for the proxies of other clusters. */
export const discoveryBalancer = "istiod-for-remotes";

/** Under which the proxies of a remote call the primary's istiod: a name that its certificate has (istio, getDNSNames). */
export const remoteDiscovery = "istiod-remote";

/** Where an istiod answers proxies, by mutual TLS. */
export const discoveryPort = 15012;

/** The Gateway whose pods istiod makes, with its Deployment, account and a Service within the cluster: all are called so. */
export const hboneGateway = "istio-hbone";

/** Where ztunnels and gateways take what goes by HBONE: HTTP CONNECT within mutual TLS. */
export const hbonePort = 15008;

/** Who carries calls in ambient mode, a pod on each node: name of the release and of the DaemonSet. */
export const ztunnel = "ztunnel";

/** DaemonSet of the chart `cni`, which leads pods' packets to the ztunnel of their node. */
export const cniNode = "istio-cni-node";

/** On a peer's gateway as a cluster knows it, and before the peer's name. */
export const peerGateway = "istio-remote";

/** Labels that the gateway chart gives its pods. */
export const gatewaySelector = { istio: "eastwestgateway" };
