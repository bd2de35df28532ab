/**
 * Linkerd's charts. Open-source releases come as edge releases alone; this one is the edge release that Linkerd names for 2.20
 * (https://linkerd.io/releases; the tag version-2.20 is one commit later, which changes no chart). A chart's version is its
 * edge release's date (linkerd2, bin/helm-build).
 */
const version = "2026.6.3";
const repository = "https://helm.linkerd.io/edge";

/** Charts of every cluster, in the order in which they are installed. */
export const linkerdCharts = {
  /**
   * Custom resource definitions of the Gateway API, which Linkerd leaves to others. The Gateway API publishes no chart;
   * Traefik keeps one of definitions alone, and this version of it holds the standard channel of Gateway API 1.2.1, the one
   * that Linkerd 2.20 recommends of 1.2.1 to 1.5.1 (https://linkerd.io/2-edge/features/gateway-api).
   */
  gatewayApi: { name: "traefik-crds", version: "1.9.0", repository: "https://traefik.github.io/charts" },
  /** Linkerd's own custom resource definitions. */
  crds: { name: "linkerd-crds", version, repository },
  /** Identity, destination and policy controllers, and the injector. */
  controlPlane: { name: "linkerd-control-plane", version, repository },
  /** Gateway, mirroring controllers, and the account that peers read with. */
  multicluster: { name: "linkerd-multicluster", version, repository },
  /** Metrics, tap and a dashboard; only with `linkerd.viz`. */
  viz: { name: "linkerd-viz", version, repository },
} as const;
