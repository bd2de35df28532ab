import { registryNamespace } from "../../components/backends/calisti/profile";
import { type ClusterCheck, type LiveCluster, type PairCheck, type Verdict, verdict } from "../check";
import { secretData } from "../common/secret";
import { KubeClient } from "../kube/client";

interface ClusterSpec {
  readonly clusterID?: string;
  readonly authInfo?: { readonly secretRef?: { readonly name?: string; readonly namespace?: string } };
}

interface ClusterStatus {
  readonly state?: string;
  readonly message?: string;
}

/** Whether the Cluster object on `holder` tells the truth about `of`, and its Secret lets in. */
async function registered(of: LiveCluster, holder: LiveCluster): Promise<Verdict> {
  const [object, system] = await Promise.all([
    holder.kube.get({ apiVersion: "clusterregistry.k8s.cisco.com/v1alpha1", kind: "Cluster", name: of.name }),
    of.kube.get({ apiVersion: "v1", kind: "Namespace", name: "kube-system" }),
  ]);
  if (!object) return verdict([`${holder.name} has no Cluster ${of.name}`], "");
  const { clusterID, authInfo } = object.spec as ClusterSpec;
  const { state, message } = (object.status ?? {}) as ClusterStatus;
  const { name = "", namespace = registryNamespace } = authInfo?.secretRef ?? {};
  const kubeconfig = (await secretData(holder.kube, namespace, name))("kubeconfig");
  const server = (JSON.parse(kubeconfig) as { clusters: { cluster: { server: string } }[] }).clusters[0]?.cluster
    .server;
  const clusters = await new KubeClient(kubeconfig).list("clusterregistry.k8s.cisco.com/v1alpha1", "Cluster");
  return verdict(
    [
      clusterID !== system?.metadata.uid && `its clusterID ${clusterID} is not the UID of ${of.name}'s kube-system`,
      server !== of.endpoint && `its Secret leads to ${server}, the cluster is ${of.endpoint}`,
      !clusters.some((each) => each.metadata.name === of.name) && `its token does not see ${of.name}'s own Cluster`,
      // The registry's own finding, where it has come to one.
      state !== undefined && state !== "Ready" && `the registry says ${state}: ${message}`,
    ],
    `${of.name} is ${clusterID}${state ? `, ${state}` : ""}`,
  );
}

/** The cluster registry knows its own cluster. */
export const knowsItself: ClusterCheck = {
  id: "calisti-cluster",
  ofCluster: (cluster) => registered(cluster, cluster),
};

/** The cluster registry knows the peer: its Cluster object was accepted and the token in its Secret works. */
export const knowsPeer: PairCheck = {
  id: "calisti-peer-cluster",
  ofPair: (here, peer) => registered(peer, here),
};
