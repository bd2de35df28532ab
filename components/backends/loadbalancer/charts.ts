/** Traefik's chart, with Traefik 3.7.11. Newest stable release when pinned; why Traefik: docs/backends/loadbalancer.md. */
export const loadBalancerCharts = {
  /** Ingress controller behind the HTTPS entry. */
  traefik: {
    name: "traefik",
    version: "41.3.0",
    repository: "https://traefik.github.io/charts",
    images: (registry: string) => ({ image: { registry, repository: "library/traefik" } }),
  },
} as const;
