import { imageFrom } from "../../plan/image";

/**
 * Linkerd's charts. Open-source releases come as edge releases alone; a chart's version is its edge release's date (linkerd2,
 * bin/helm-build). This is the newest one that was read: against the edge release that Linkerd names for 2.20 (26.6.3,
 * https://linkerd.io/releases) its charts differ in the version of one image, and it brings two months of fixes.
 */
const version = "2026.8.3";
const repository = "https://helm.linkerd.io/edge";

const image = (name: string, registry: string) => imageFrom(`cr.l5d.io/linkerd/${name}`, registry);

/** Charts of every cluster, in the order in which they are installed. */
export const linkerdCharts = {
  /**
   * Custom resource definitions of the Gateway API, which Linkerd leaves to others. The Gateway API publishes no chart. Traefik
   * had one of definitions alone: its source was removed in May 2026, its releases stay in the repository. This one holds the
   * standard channel of Gateway API 1.2.1, which Linkerd 2.20 recommends of 1.2.1 to 1.5.1
   * (https://linkerd.io/2-edge/features/gateway-api). Envoy Gateway maintains such a chart, too large to be installed: Helm keeps
   * a release with its chart in a Secret, and this one comes to 1.36 MB of the 1 MiB that a Secret takes.
   */
  gatewayApi: { name: "traefik-crds", version: "1.9.0", repository: "https://traefik.github.io/charts" },
  /** Linkerd's own custom resource definitions. */
  crds: { name: "linkerd-crds", version, repository },
  /** Identity, destination and policy controllers, and the injector. */
  controlPlane: {
    name: "linkerd-control-plane",
    version,
    repository,
    images: (registry: string) => ({
      controllerImage: image("controller", registry),
      proxy: { image: { name: image("proxy", registry) } },
      debugContainer: { image: { name: image("debug", registry) } },
    }),
  },
  /** Gateway, mirroring controllers, and the account that peers read with. */
  multicluster: {
    name: "linkerd-multicluster",
    version,
    repository,
    images: (registry: string) => ({
      gateway: { pauseImage: imageFrom("registry.k8s.io/pause:3.2", registry) },
      controllerDefaults: { image: { name: image("controller", registry) } },
    }),
  },
  /** Metrics, tap and a dashboard; only with `linkerd.viz`. */
  viz: {
    name: "linkerd-viz",
    version,
    repository,
    images: (registry: string) => ({
      defaultRegistry: imageFrom("cr.l5d.io/linkerd", registry),
      prometheus: { image: { registry: imageFrom("docker.io/prom", registry) } },
    }),
  },
} as const;
