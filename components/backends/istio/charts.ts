/** Istio's charts. Newest stable release when pinned; see https://istio.io/latest/docs/releases/supported-releases. */
const version = "1.30.3";
const repository = "https://istio-release.storage.googleapis.com/charts";

/** Charts of every cluster, in the order in which they are installed. */
export const istioCharts = {
  /** Custom resource definitions and the account that peers read with. */
  base: { name: "base", version, repository },
  /** Control plane. */
  istiod: { name: "istiod", version, repository },
  /** East-west gateway. */
  gateway: { name: "gateway", version, repository },
} as const;
