import { injectionLabel } from "../../components/backends/calisti/control-plane";
import { controlPlaneName } from "../../components/backends/calisti/profile";
import { crossNetworkPort, gatewayName, istioNamespace, networkOf } from "../../components/backends/istio/profile";
import { type ClusterCheck, fail, type LiveCluster, type PairCheck, verdict } from "../check";
import { differing, type Identity } from "../istio/identity";

interface ControlPlaneSpec {
  readonly mode?: string;
  readonly clusterID?: string;
  readonly networkName?: string;
  readonly meshConfig?: { readonly defaultConfig?: { readonly proxyMetadata?: Readonly<Record<string, string>> } };
  readonly meshExpansion?: { readonly enabled?: boolean; readonly clusterServices?: { readonly expose?: boolean } };
}

async function readControlPlane({ kube }: LiveCluster) {
  const found = await kube.get({
    apiVersion: "servicemesh.cisco.com/v1alpha1",
    kind: "IstioControlPlane",
    namespace: istioNamespace,
    name: controlPlaneName,
  });
  if (!found) throw new Error(`there is no IstioControlPlane ${istioNamespace}/${controlPlaneName}`);
  const status = (found.status ?? {}) as { readonly status?: string; readonly errorMessage?: string };
  return { spec: found.spec as ControlPlaneSpec, status };
}

/** The control plane is an active one of this cluster and network, with a gateway for peers and names for their Services. */
export const controlPlaneActive: ClusterCheck = {
  id: "calisti-control-plane",
  ofCluster: async (cluster) => {
    const { spec, status } = await readControlPlane(cluster);
    const capture = spec.meshConfig?.defaultConfig?.proxyMetadata?.ISTIO_META_DNS_CAPTURE;
    return verdict(
      [
        spec.mode !== "ACTIVE" && `its mode is ${spec.mode}`,
        spec.clusterID !== cluster.name && `its cluster is ${spec.clusterID}, not ${cluster.name}`,
        spec.networkName !== networkOf(cluster.name) &&
          `its network is ${spec.networkName}, not ${networkOf(cluster.name)}`,
        spec.meshExpansion?.enabled !== true && "it has no mesh expansion gateway",
        spec.meshExpansion?.clusterServices?.expose !== true && "its gateway does not let peers to Services",
        capture !== "true" && "sidecars do not answer for Services that only a peer has",
        // The operator's own finding, where it has come to one.
        status.status === "ReconcileFailed" && `the operator failed: ${status.errorMessage}`,
      ],
      `${spec.mode}, ${spec.clusterID} on ${spec.networkName}${status.status ? `, ${status.status}` : ""}`,
    );
  },
};

/** As Istio's own check, of what the operator is told. */
export const controlPlanesDiffer: PairCheck = differing(async (cluster): Promise<Identity> => {
  const { spec } = await readControlPlane(cluster);
  return { cluster: spec.clusterID, network: spec.networkName };
});

/** The load balancer leads to the mesh expansion gateway's port for other networks. */
export const gatewayPort: ClusterCheck = {
  id: "calisti-gateway-port",
  ofCluster: async ({ kube }) => {
    const service = await kube.get({ apiVersion: "v1", kind: "Service", namespace: istioNamespace, name: gatewayName });
    if (!service) return fail(`there is no Service ${istioNamespace}/${gatewayName}`);
    const { ports = [] } = service.spec as { readonly ports?: readonly { readonly port: number }[] };
    const listening = ports.map(({ port }) => port).join(", ");
    return verdict([listening !== String(crossNetworkPort) && `it listens on ${listening}`], listening);
  },
};

/** There is a namespace whose pods get a sidecar of this control plane. */
export const injection: ClusterCheck = {
  id: "calisti-injection",
  ofCluster: async ({ kube }) => {
    const labelSelector = Object.entries(injectionLabel)
      .map(([key, value]) => `${key}=${value}`)
      .join(",");
    const namespaces = (await kube.list("v1", "Namespace", { labelSelector })).map(({ metadata }) => metadata.name);
    if (namespaces.length === 0) return { status: "skipped", detail: "no namespace is to have sidecars" };
    return verdict([], namespaces.join(", "));
  },
};
