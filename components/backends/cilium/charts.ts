/**
 * Cilium's chart: agents, operator and the mesh's API server in one. The values are those that were
 * rendered with 1.20.0; a patch release changes none.
 */
export const ciliumCharts = {
  /** All of Cilium, in one release a cluster. */
  cilium: {
    name: "cilium",
    version: "1.20.2",
    repository: "https://helm.cilium.io",
    source: "https://github.com/cilium/charts",
    reviewed: "2026-11-27",
  },
} as const;
