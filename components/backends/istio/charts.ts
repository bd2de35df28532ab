import { imageFrom } from "../../plan/image";

/**
 * Istio's charts. Newest stable release when pinned (https://istio.io/latest/docs/releases/supported-releases). From 1.31 on
 * charts are here alone and images on Docker Hub: what Google hosts goes in December 2026 (upgrade notes of 1.31).
 */
const version = "1.31.1";
const repository = "https://blob.istio.io/istio-release/charts";

/** Charts of every cluster, in the order in which they are installed. */
export const istioCharts = {
  /** Custom resource definitions and the account that peers read with. */
  base: { name: "base", version, repository },
  /** Control plane. */
  istiod: {
    name: "istiod",
    version,
    repository,
    // Gateways and sidecars get theirs from its injector.
    images: (registry: string) => ({ global: { hub: imageFrom("docker.io/istio", registry) } }),
  },
  /** East-west gateway; not in ambient mode, where istiod makes it. */
  gateway: { name: "gateway", version, repository },
  /**
   * Custom resource definitions of the Gateway API, in ambient mode alone: the chart that Linkerd has too, for the reasons in
   * linkerd/charts.ts. Istio asks for no newer ones of the kinds that are used (istio, pkg/config/schema/gatewayapi).
   */
  gatewayApi: { name: "traefik-crds", version: "1.9.0", repository: "https://traefik.github.io/charts" },
  /** In ambient mode: what leads pods' packets to ztunnel. */
  cni: {
    name: "cni",
    version,
    repository,
    images: (registry: string) => ({ global: { hub: imageFrom("docker.io/istio", registry) } }),
  },
  /** In ambient mode: who carries them. */
  ztunnel: {
    name: "ztunnel",
    version,
    repository,
    images: (registry: string) => ({ hub: imageFrom("docker.io/istio", registry) }),
  },
} as const;
