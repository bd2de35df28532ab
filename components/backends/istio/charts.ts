/**
 * Istio's charts. The repository on Google's storage and the registry that 1.30's charts name are retired in December 2026
 * (https://istio.io/latest/blog/2026/retirement-of-gcp); this repository has every version.
 */
const version = "1.31.1";
const repository = "https://blob.istio.io/istio-release/charts";
const review = {
  source: "https://istio.io/latest/docs/releases/supported-releases",
  reviewed: "2026-11-27",
} as const;

/** Charts of every cluster, in the order in which they are installed. */
export const istioCharts = {
  /** Custom resource definitions and the account that peers read with. */
  base: { name: "base", version, repository, ...review },
  /** Control plane. */
  istiod: { name: "istiod", version, repository, ...review },
  /** East-west gateway. */
  gateway: { name: "gateway", version, repository, ...review },
} as const;
