import { rootsAnnotation } from "../../base/generations";
import { hasGateway, type LinkerdConfig, mirroredBy, modesIn } from "./modes";
import { clusterDomain, controlNamespace, gatewayName, gatewayPort, probePort, remoteAccount } from "./names";

/** Values of the chart with the Gateway API's definitions: these alone, and gone with the release. */
export const gatewayApiValues = { gatewayAPI: true, traefik: false, hub: false, deleteOnUninstall: true };

/** Values of the chart with Linkerd's definitions. The Gateway API's come from their own chart. */
export const crdsValues = { installGatewayAPI: false };

/**
 * Values of the control plane's chart. `anchors` is public: the private key stays in the program's Secret. The chart's pods
 * start anew with other ones.
 */
export function controlPlaneValues<T>(anchors: T) {
  return {
    clusterDomain,
    identityTrustDomain: clusterDomain,
    identityTrustAnchorsPEM: anchors,
    identity: { issuer: { scheme: "kubernetes.io/tls" } },
    // It would report to Linkerd's makers every day.
    disableHeartBeat: true,
  };
}

/**
 * Values of the chart with metrics, tap and dashboard. The program labels the namespace itself.
 *
 * @param roots which roots are trusted
 */
export function vizValues<T>(roots: T) {
  return {
    linkerdNamespace: controlNamespace,
    clusterDomain,
    createNamespaceMetadataJob: false,
    ...startedWith(roots),
  };
}

/** Proxies take the roots when they start: with other ones so do the extensions' pods. */
function startedWith<T>(roots: T) {
  return { podAnnotations: { [rootsAnnotation]: roots } };
}

/**
 * How often a controller tries again to mirror a Service whose gateway has a name that does not resolve yet. It waits from 5
 * ms on twice as long each time (client-go, DefaultTypedControllerRateLimiter), so these are 22 minutes; with the chart's
 * three it gives up before a new load balancer's name is known, and nothing tells it later.
 */
const retryLimit = 18;

/**
 * Values of the multicluster chart of `cluster`: a mirroring controller for each cluster that it mirrors.
 *
 * @param roots which roots are trusted
 */
export function multiclusterValues<T>(cluster: string, config: LinkerdConfig, roots: T) {
  const gateway = modesIn(config).includes("gateway");
  return {
    linkerdNamespace: controlNamespace,
    identityTrustDomain: clusterDomain,
    gateway: {
      enabled: hasGateway(cluster, config),
      name: gatewayName,
      port: gatewayPort,
      probe: { port: probePort },
      // The program owns the load balancer's Service: its address is an output and its removal is waited for.
      serviceType: "ClusterIP",
      // On its pods, whatever the value is called.
      deploymentAnnotations: { [rootsAnnotation]: roots },
    },
    ...startedWith(roots),
    // The program labels the namespace itself; the Job would have to run on nodes.
    createNamespaceMetadataJob: false,
    remoteMirrorServiceAccountName: remoteAccount,
    controllerDefaults: { retryLimit },
    controllers: mirroredBy(cluster, config).map((peer) => ({
      link: { ref: { name: peer } },
      gateway: { enabled: gateway, probe: { port: probePort } },
    })),
  };
}
