import { rootsAnnotation } from "../../base/generations";
import { calledPort } from "../../plan/balancer";
import type { ClusterPlan } from "../../plan/cluster";
import { quantities } from "../../plan/pods";
import { crossNetworkPort, gatewayName, istioNamespace, networkOf } from "../common/istio/names";
import { cniRequests, gatewayRequests, istiodRequests, sidecarRequests, ztunnelRequests } from "../common/istio/pods";
import { toldOfRoots } from "../common/istio/roots";
import { discoveryPort, remoteDiscovery } from "./names";

/** What an istiod is told. */
export interface IstiodArgs<T> {
  /** The same on every cluster of the lab. */
  readonly mesh: string;
  /** Its own. */
  readonly cluster: string;
  /** That its pods are on. */
  readonly network: string;
  /** Whether proxies here are served by the istiod of another cluster. */
  readonly isRemote: boolean;
  /** Whether ztunnels carry calls, and no sidecars. */
  readonly ambient: boolean;
  /** Whether the cluster stays when the lab goes. */
  readonly stays: boolean;
  /** Of the whole lab. */
  readonly clusters: readonly Pick<ClusterPlan, "name" | "balancers">[];
  /** Which roots are trusted: another value starts istiod anew. */
  readonly roots: T;
}

/** Values of the istiod chart. */
export function istiodValues<T>({ mesh, cluster, network, isRemote, ambient, stays, clusters, roots }: IstiodArgs<T>) {
  const networks = networksByNodePorts(clusters);
  return {
    ...(ambient ? { profile: "ambient" } : {}),
    // istiod takes a new intermediate as it runs and a renewed root only when it starts; with one before that it takes neither
    // (istio pilot/pkg/bootstrap/istio_ca.go, handleEvent). So its pod starts anew with the roots, and `up` waits for it.
    podAnnotations: { [rootsAnnotation]: roots },
    env: { ...toldOfRoots.istiod, ...(ambient ? { AMBIENT_ENABLE_MULTI_NETWORK: "true" } : {}) },
    global: {
      meshID: mesh,
      multiCluster: { clusterName: cluster },
      network,
      ...(Object.keys(networks).length > 0 ? { meshNetworks: networks } : {}),
      proxy: { resources: { requests: quantities(sidecarRequests) } },
    },
    meshConfig: {
      // Into every namespace that it looks at istiod writes ConfigMaps, and nobody would take them away again.
      ...(stays ? { discoverySelectors: inTheMesh } : {}),
      defaultConfig: {
        // Then the istiod here answers the injector's webhook and no proxy.
        ...(isRemote ? { discoveryAddress: `${remoteDiscovery}.${istioNamespace}.svc:${discoveryPort}` } : {}),
        // A Service that lives only on the peer has no entry in this cluster's DNS: the sidecar answers for it.
        proxyMetadata: { ISTIO_META_DNS_CAPTURE: "true", ...toldOfRoots.proxies },
      },
    },
    autoscaleEnabled: false,
    replicaCount: 1,
    resources: { requests: quantities(istiodRequests) },
  };
}

/** Namespaces with sidecars, and the control plane's own. */
const inTheMesh = [
  { matchLabels: { "istio-injection": "enabled" } },
  { matchLabels: { "kubernetes.io/metadata.name": istioNamespace } },
];

/**
 * Where gateways are that istiod does not find: it reads the addresses of load balancers from their Services, and node ports
 * have none there (istio, MeshNetworks).
 */
function networksByNodePorts(clusters: IstiodArgs<unknown>["clusters"]) {
  const known = clusters.flatMap(({ name, balancers }) =>
    balancers.flatMap((balancer) => {
      const port = balancer.ports.find((each) => each.port === crossNetworkPort);
      if (balancer.way.kind !== "node-ports" || !port) return [];
      const gateways = balancer.way.addresses.map((address) => ({ address, port: calledPort(balancer, port) }));
      return [[networkOf(name), { endpoints: [{ fromRegistry: name }], gateways }] as const];
    }),
  );
  return Object.fromEntries(known);
}

/** Values of the gateway chart for the east-west gateway. */
export function gatewayValues(cluster: string) {
  return {
    name: gatewayName,
    networkGateway: networkOf(cluster),
    // The program owns the load balancer's Service: its address is an output and its removal is waited for.
    service: { type: "None" },
    autoscaling: { enabled: false },
    replicaCount: 1,
    resources: { requests: quantities(gatewayRequests) },
  };
}

/** Values of the chart that leads pods' packets to ztunnel. */
export const cniValues = { profile: "ambient", resources: { requests: quantities(cniRequests) } };

/** Values of the ztunnel chart. */
export function ztunnelValues(cluster: string) {
  return {
    multiCluster: { clusterName: cluster },
    network: networkOf(cluster),
    resources: { requests: quantities(ztunnelRequests) },
  };
}

/** Of Traefik's definitions none, and of the Gateway API's all, for as long as the release is there. */
export const gatewayApiValues = { traefik: false, hub: false, gatewayAPI: true, deleteOnUninstall: true };
