import { controlPlaneName, injectionLabel } from "../../components/backends/calisti/names";
import { istioNamespace, networkOf } from "../../components/backends/common/istio/names";
import { type ClusterCheck, type LiveCluster, type PairCheck, skip, verdict } from "../common/check";
import { differing, type Identity } from "../common/istio/identity";
import type { KubeObject } from "../kube/client";

export interface ControlPlaneSpec {
  readonly mode?: string;
  readonly clusterID?: string;
  readonly networkName?: string;
  readonly meshConfig?: { readonly defaultConfig?: { readonly proxyMetadata?: Readonly<Record<string, string>> } };
  readonly meshExpansion?: { readonly enabled?: boolean; readonly clusterServices?: { readonly expose?: boolean } };
  readonly k8sResourceOverlays?: readonly {
    readonly patches?: readonly { readonly path?: string; readonly value?: string }[];
  }[];
}

interface ControlPlaneStatus {
  readonly status?: string;
  readonly errorMessage?: string;
  readonly gatewayAddress?: readonly string[];
}

export async function readControlPlane({ kube }: LiveCluster) {
  const found = await kube.get({
    apiVersion: "servicemesh.cisco.com/v1alpha1",
    kind: "IstioControlPlane",
    namespace: istioNamespace,
    name: controlPlaneName,
  });
  if (!found) throw new Error(`there is no IstioControlPlane ${istioNamespace}/${controlPlaneName}`);
  return { spec: found.spec as ControlPlaneSpec, status: (found.status ?? {}) as ControlPlaneStatus };
}

/** The control plane is an active one of this cluster and network, and the operator has brought it up with its gateway. */
export const controlPlaneActive: ClusterCheck = {
  id: "calisti-control-plane",
  expects: "the operator has brought the control plane up as planned",
  ofCluster: async (cluster) => {
    const { spec, status } = await readControlPlane(cluster);
    const capture = spec.meshConfig?.defaultConfig?.proxyMetadata?.ISTIO_META_DNS_CAPTURE;
    const { errorMessage } = status;
    return verdict(
      [
        spec.mode !== "ACTIVE" && `its mode is ${spec.mode}`,
        spec.clusterID !== cluster.name && `its cluster is ${spec.clusterID}, not ${cluster.name}`,
        spec.networkName !== networkOf(cluster.name) &&
          `its network is ${spec.networkName}, not ${networkOf(cluster.name)}`,
        spec.meshExpansion?.enabled !== true && "it has no mesh expansion gateway",
        spec.meshExpansion?.clusterServices?.expose !== true && "its gateway does not let peers to Services",
        capture !== "true" && "sidecars do not answer for Services that only a peer has",
        status.status !== "Available" &&
          `the operator says ${status.status ?? "nothing"}${errorMessage ? `: ${errorMessage}` : ""}`,
        (status.gatewayAddress ?? []).length === 0 && "the operator has no address of its gateway",
      ],
      `${spec.mode}, ${spec.clusterID} on ${spec.networkName}, ${status.status}`,
    );
  },
};

/** As Istio's own check, of what the operator is told. */
export const controlPlanesDiffer: PairCheck = differing(async (cluster): Promise<Identity> => {
  const { spec } = await readControlPlane(cluster);
  return { cluster: spec.clusterID, network: spec.networkName };
});

const [revisionLabel, revision] = Object.entries(injectionLabel)[0] as [string, string];

/** This control plane gives sidecars, and nothing keeps them from the namespaces that ask for its. */
export const injection: ClusterCheck = {
  id: "calisti-injection",
  expects: "this control plane gives sidecars to the namespaces that ask for them",
  ofCluster: async ({ kube }) => {
    const labelSelector = `${revisionLabel}=${revision}`;
    const webhooks = await kube.list("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", {
      labelSelector,
    });
    if (webhooks.length === 0) return verdict([`no webhook gives sidecars of ${revision}`], "");
    const namespaces = await kube.list("v1", "Namespace", { labelSelector });
    if (namespaces.length === 0) return skip("no namespace is to have sidecars");
    return verdict(namespaces.map(ownLabel), namespaces.map(({ metadata }) => metadata.name).join(", "));
  },
};

/** The webhook passes by what carries Istio's older label too (istio-discovery/templates/mutatingwebhook.yaml). */
function ownLabel({ metadata }: KubeObject): string | false {
  const older = metadata.labels?.["istio-injection"];
  return older !== undefined && `${metadata.name} gets no sidecars: its label istio-injection=${older} is in the way`;
}
