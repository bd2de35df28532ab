/** Names of what Istio is given here besides its charts. */

/** Service in front of the primary's istiod, for the proxies of other clusters. */
export const discoveryBalancer = "istiod-for-remotes";

/** Under which the proxies of a remote call the primary's istiod: a name that its certificate has (istio, getDNSNames). */
export const remoteDiscovery = "istiod-remote";

/** Where an istiod answers proxies, by mutual TLS. */
export const discoveryPort = 15012;

/** Labels that the gateway chart gives its pods. */
export const gatewaySelector = { istio: "eastwestgateway" };
