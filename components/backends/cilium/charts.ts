/**
 * Cilium's chart: agents, operator and the mesh's API server in one. The newest release that was rendered with this
 * lab's values; see https://github.com/cilium/charts.
 */
export const ciliumCharts = {
  /** All of Cilium, in one release a cluster. */
  cilium: { name: "cilium", version: "1.20.0", repository: "https://helm.cilium.io" },
} as const;
