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
   * Custom resource definitions of the Gateway API, which Linkerd leaves to others. The Gateway API publishes no chart; the
   * Envoy Gateway project keeps one of definitions alone. This version of it holds Gateway API 1.4.1; Linkerd 2.20 takes 1.2.1
   * to 1.5.1 (https://linkerd.io/2-edge/features/gateway-api). From 1.8 on, with Gateway API 1.5.1, it also brings an admission
   * policy against going back to an older one.
   */
  gatewayApi: { name: "gateway-crds-helm", version: "v1.7.5", repository: "oci://docker.io/envoyproxy" },
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
