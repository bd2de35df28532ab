/**
 * Linkerd's charts. Open-source releases come as edge releases alone. This one, edge-26.8.3, is of the line of 2.20, for which
 * Linkerd names edge-26.6.3: of its charts the versions of images alone differ. A chart's version is its edge release's date
 * (linkerd2, bin/helm-build).
 */
const version = "2026.8.3";
const repository = "https://helm.linkerd.io/edge";
const review = { source: "https://linkerd.io/releases", reviewed: "2026-11-27" } as const;

/** Charts of every cluster, in the order in which they are installed. */
export const linkerdCharts = {
  /**
   * Custom resource definitions of the Gateway API, which Linkerd leaves to others. The Gateway API publishes no chart;
   * Traefik keeps one of definitions alone, and this version of it holds the standard channel of Gateway API 1.2.1, the one
   * that Linkerd 2.20 recommends of 1.2.1 to 1.5.1 (https://linkerd.io/2-edge/features/gateway-api).
   */
  gatewayApi: {
    name: "traefik-crds",
    version: "1.9.0",
    repository: "https://traefik.github.io/charts",
    source: "https://linkerd.io/2-edge/features/gateway-api",
    reviewed: "2026-11-27",
  },
  /** Linkerd's own custom resource definitions. */
  crds: { name: "linkerd-crds", version, repository, ...review },
  /** Identity, destination and policy controllers, and the injector. */
  controlPlane: { name: "linkerd-control-plane", version, repository, ...review },
  /** Gateway, mirroring controllers, and the account that peers read with. */
  multicluster: { name: "linkerd-multicluster", version, repository, ...review },
  /** Metrics, tap and a dashboard; only with `linkerd.viz`. */
  viz: { name: "linkerd-viz", version, repository, ...review },
} as const;
