import type { ImageSource } from "../../plan/images";
import { hasGateway, isFlat, type LinkerdConfig, mirroredBy } from "./modes";
import { clusterDomain, controlNamespace, gatewayName, gatewayPort, probePort, remoteAccount } from "./names";

/** Where Linkerd's images are. */
const registry = "cr.l5d.io/linkerd";
const controllerImage = `${registry}/controller`;

/** Values of the chart with the Gateway API's definitions: these alone, and gone with the release. */
export const gatewayApiValues = { gatewayAPI: true, traefik: false, hub: false, deleteOnUninstall: true };

/** Values of the chart with Linkerd's definitions. The Gateway API's come from their own chart. */
export const crdsValues = { installGatewayAPI: false };

/** Values of the control plane's chart. `anchors` is public: the private key stays in the program's Secret. */
export function controlPlaneValues<T>(anchors: T, from: ImageSource) {
  return {
    controllerImage: from(controllerImage),
    proxy: { image: { name: from(`${registry}/proxy`) } },
    debugContainer: { image: { name: from(`${registry}/debug`) } },
    clusterDomain,
    identityTrustDomain: clusterDomain,
    identityTrustAnchorsPEM: anchors,
    identity: { issuer: { scheme: "kubernetes.io/tls" } },
    // It would report to Linkerd's makers every day.
    disableHeartBeat: true,
  };
}

/** Values of the chart with metrics, tap and dashboard. The program labels the namespace itself. */
export function vizValues(from: ImageSource) {
  return {
    linkerdNamespace: controlNamespace,
    clusterDomain,
    createNamespaceMetadataJob: false,
    defaultRegistry: from(registry),
    prometheus: { image: { registry: from("docker.io/prom") } },
  };
}

/** Values of the multicluster chart of `cluster`: a mirroring controller for each cluster that it mirrors. */
export function multiclusterValues(cluster: string, config: LinkerdConfig, from: ImageSource) {
  const gateway = !isFlat(config.own.mode);
  return {
    linkerdNamespace: controlNamespace,
    identityTrustDomain: clusterDomain,
    gateway: {
      enabled: hasGateway(cluster, config),
      name: gatewayName,
      // The chart's own, whose tag is part of the value.
      pauseImage: from("registry.k8s.io/pause:3.2"),
      port: gatewayPort,
      probe: { port: probePort },
      // The program owns the load balancer's Service: its address is an output and its removal is waited for.
      serviceType: "ClusterIP",
    },
    // The program labels the namespace itself; the Job would have to run on nodes.
    createNamespaceMetadataJob: false,
    remoteMirrorServiceAccountName: remoteAccount,
    controllerDefaults: { image: { name: from(controllerImage) } },
    localServiceMirror: { image: { name: from(controllerImage) } },
    controllers: mirroredBy(cluster, config).map((peer) => ({
      link: { ref: { name: peer } },
      gateway: { enabled: gateway, probe: { port: probePort } },
    })),
  };
}
