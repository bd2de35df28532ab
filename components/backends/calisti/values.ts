import { rootsAnnotation } from "../../base/generations";
import { imageFrom } from "../../plan/image";
import { quantities } from "../../plan/pods";
import { everyHost, networkOf } from "../common/istio/names";
import { istiodRequests, sidecarRequests } from "../common/istio/pods";
import { toldOfRoots } from "../common/istio/roots";
import { istioVersion } from "./charts";
import { crossNetworkGateway } from "./names";

/** What the operator is told of a cluster's control plane. */
export interface ControlPlaneArgs<T> {
  /** The same on every cluster of the lab. */
  readonly mesh: string;
  /** Its own. */
  readonly cluster: string;
  /** What peers may reach through the gateway. */
  readonly exposedHosts: readonly string[];
  /** Where images come from instead of Docker Hub. */
  readonly registry?: string | undefined;
  /** Which roots are trusted: another value starts istiod anew. */
  readonly roots: T;
}

/** The IstioControlPlane of a cluster: an active one, with a gateway for the peers. */
export function controlPlaneSpec<T>({ mesh, cluster, exposedHosts, registry, roots }: ControlPlaneArgs<T>) {
  return {
    version: istioVersion,
    mode: "ACTIVE",
    meshID: mesh,
    clusterID: cluster,
    networkName: networkOf(cluster),
    // The operator's own default is a registry that Google hosts for Istio until December 2026.
    containerImageConfiguration: { hub: imageFrom("docker.io/istio", registry) },
    istiod: {
      deployment: {
        replicas: { count: 1, min: 1, max: 1 },
        // As with Istio itself: istiod takes renewed roots only when it starts, and pushes them to who asks.
        podMetadata: { annotations: { [rootsAnnotation]: roots } },
        env: Object.entries(toldOfRoots.istiod).map(([name, value]) => ({ name, value })),
        resources: { requests: quantities(istiodRequests) },
      },
    },
    proxy: { resources: { requests: quantities(sidecarRequests) } },
    meshConfig: {
      // A Service that lives only on the peer has no entry in this cluster's DNS: the sidecar answers for it.
      defaultConfig: { proxyMetadata: { ISTIO_META_DNS_CAPTURE: "true", ...toldOfRoots.proxies } },
    },
    meshExpansion: {
      enabled: true,
      clusterServices: { expose: true },
      // Every cluster has an istiod of its own: nobody comes in for another's.
      istiod: { expose: false },
      webhook: { expose: false },
      // The program owns the load balancer's Service: its address is an output and its removal is waited for.
      gateway: { service: { type: "ClusterIP" } },
    },
    // Unless it is told otherwise the operator exposes every host (its chart istio-meshexpansion).
    ...(exposedHosts.includes(everyHost) ? {} : { k8sResourceOverlays: [namedHosts(exposedHosts)] }),
  };
}

/**
 * The operator writes the Gateway; which hosts it exposes can only be changed on its way to the cluster. On that way it has
 * no namespace yet, and a patch for one with a namespace passes it by without a word (operator-tools 0.28.2,
 * resources/overlay.go).
 */
function namedHosts(hosts: readonly string[]) {
  return {
    groupVersionKind: { group: "networking.istio.io", version: "v1alpha3", kind: "Gateway" },
    objectKey: { name: crossNetworkGateway },
    patches: [{ type: "replace", path: "/spec/servers/0/hosts", parseValue: true, value: JSON.stringify(hosts) }],
  };
}

/** Values of the operator's chart. */
export function operatorValues() {
  return {
    // The image of its proxy was in gcr.io/kubebuilder, which was to close in 2025.
    prometheusMetrics: { authProxy: { enabled: false } },
    clusterRegistry: {
      clusterAPI: { enabled: true },
      // The program joins the clusters: rules that copy the same Secrets once more would make every peer known twice.
      resourceSyncRules: { enabled: false },
    },
  };
}

/** Values of the cluster registry's chart. */
export function registryValues(cluster: string) {
  return {
    // The program makes Cluster objects and their Secrets, of this cluster and of its peers.
    localCluster: { name: "", manageSecret: false },
    controller: { network: { name: networkOf(cluster) }, coreResourceSource: { enabled: false } },
    // It would refuse a second Cluster of the same id, of which the program makes one; and while its pod starts, all of them.
    webhooks: { clusterValidator: { enabled: false } },
  };
}
