import { imageFrom } from "../../plan/image";

/**
 * Cilium's chart: agents, operator and the mesh's API server in one. The newest release that was rendered with this
 * lab's values; see https://github.com/cilium/charts.
 */
export const ciliumCharts = {
  /** All of Cilium, in one release a cluster. */
  cilium: {
    name: "cilium",
    version: "1.20.2",
    repository: "https://helm.cilium.io",
    images: (registry: string) => {
      const image = (name: string) => ({ image: { repository: imageFrom(`quay.io/cilium/${name}`, registry) } });
      return {
        ...image("cilium"),
        operator: image("operator"),
        envoy: image("cilium-envoy"),
        hubble: { relay: image("hubble-relay") },
        clustermesh: { apiserver: image("clustermesh-apiserver") },
      };
    },
  },
} as const;
