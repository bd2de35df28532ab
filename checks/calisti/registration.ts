import { registryNamespace } from "../../components/backends/calisti/names";
import { type ClusterCheck, type LiveCluster, type PairCheck, type Verdict, verdict } from "../common/check";
import { secretData } from "../common/secret";

interface ClusterSpec {
  readonly clusterID?: string;
  readonly authInfo?: { readonly secretRef?: { readonly name?: string; readonly namespace?: string } };
  readonly kubernetesApiEndpoints?: readonly { readonly serverAddress?: string }[];
}

interface ClusterStatus {
  readonly type?: string;
  readonly state?: string;
  readonly message?: string;
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
}

/** The cluster registry knows its own cluster. */
export const knowsItself: ClusterCheck = {
  id: "calisti-cluster",
  expects: "the cluster registry knows its own cluster",
  ofCluster: (cluster) => registered(cluster, cluster),
};

/** The cluster registry knows the peer: it accepted the Cluster object, the token in its Secret works, and both know the same. */
export const knowsPeer: PairCheck = {
  id: "calisti-peer-cluster",
  expects: "the cluster registry knows the peer, and its credentials for it work",
  ofPair: (here, peer) => registered(peer, here),
};

/** Whether the Cluster object on `holder` tells the truth about `of`, its Secret lets in, and the registry accepts both. */
async function registered(of: LiveCluster, holder: LiveCluster): Promise<Verdict> {
  const [object, system] = await Promise.all([
    holder.kube.get({ apiVersion: "clusterregistry.k8s.cisco.com/v1alpha1", kind: "Cluster", name: of.name }),
    of.kube.get({ apiVersion: "v1", kind: "Namespace", name: "kube-system" }),
  ]);
  if (!object) return verdict([`${holder.name} has no Cluster ${of.name}`], "");
  const { clusterID, authInfo, kubernetesApiEndpoints: [endpoint] = [] } = object.spec as ClusterSpec;
  const { name = "", namespace = registryNamespace } = authInfo?.secretRef ?? {};
  const kubeconfig = (await secretData(holder.kube, namespace, name))("kubeconfig");
  const server = (JSON.parse(kubeconfig) as { clusters: { cluster: { server: string } }[] }).clusters[0]?.cluster
    .server;
  const host = new URL(of.endpoint).host;
  const clusters = await of.connect(kubeconfig).list("clusterregistry.k8s.cisco.com/v1alpha1", "Cluster");
  const status = (object.status ?? {}) as ClusterStatus;
  return verdict(
    [
      clusterID !== system?.metadata.uid && `its clusterID ${clusterID} is not the UID of ${of.name}'s kube-system`,
      endpoint?.serverAddress !== host && `its endpoint is ${endpoint?.serverAddress}, the cluster is ${host}`,
      server !== of.endpoint && `its Secret leads to ${server}, the cluster is ${of.endpoint}`,
      !clusters.some((each) => each.metadata.name === of.name) && `its token does not see ${of.name}'s own Cluster`,
      ...foundBy(status, of === holder),
    ],
    `${of.name} is ${clusterID}, ${status.state}`,
  );
}

/** What keeps the registry from being content. */
function foundBy({ type, state, message, conditions = [] }: ClusterStatus, itself: boolean): (string | false)[] {
  const synced = conditions.find((condition) => condition.type === "ClustersSynced");
  return [
    state !== "Ready" && `the registry says ${state ?? "nothing"}${message ? `: ${message}` : ""}`,
    type !== (itself ? "Local" : "Peer") && `the registry takes it for ${type ?? "nothing"}`,
    !itself && synced?.status !== "True" && `the two registries are not in step: ${synced?.message ?? "nothing said"}`,
  ];
}
