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
  /** East-west gateway. */
  gateway: { name: "gateway", version, repository },
} as const;
