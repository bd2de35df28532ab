/**
 * How sidecars and gateways that run learn of other roots, by variables of the environment: istiod pushes them to whoever asks,
 * and with them each asks for a certificate anew, while connections that are there go on (istio pilot/pkg/xds/pcds.go,
 * security/pkg/nodeagent/cache/secretcache.go: UpdateConfigTrustBundle; in 1.17 they ask for none). Without that they would
 * go by the roots that came with their own certificate, which lasts for a day.
 */
export const toldOfRoots = {
  istiod: { ISTIO_MULTIROOT_MESH: "true" },
  proxies: { PROXY_CONFIG_XDS_AGENT: "true" },
} as const;
