import { Controller } from "../aws/cluster/controller";
import { type Connect, field, isKubeError, type Kube, type KubeObject, refOf } from "../aws/cluster/kube";
import { Peers } from "./peers";
import { isAlive } from "./workloads";

const namespace = "cluster-registry";
const api = "clusterregistry.k8s.cisco.com/v1alpha1";

interface ClusterSpec {
  readonly clusterID: string;
  readonly authInfo: { readonly secretRef?: { readonly name?: string; readonly namespace?: string } };
}

interface Finding {
  readonly type: "Local" | "Peer";
  readonly state: "Ready" | "Failed" | "MissingAuthInfo" | "InvalidAuthInfo";
  readonly message?: string;
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message: string }[];
}

/**
 * The cluster registry, while its pod lives: says of each Cluster object whether it is this cluster or a peer, and of a peer
 * whether it can be read and knows the same clusters. Of peers it reads with what the object's Secret holds
 * (cisco-open/cluster-registry-controller v0.2.12: controllers/cluster_reconciler.go, remote_cluster_reconciler.go).
 */
export class ClusterRegistry extends Controller {
  private readonly peers: Peers;

  constructor(
    private readonly kube: Kube,
    connect: Connect,
  ) {
    super({
      kube,
      kinds: [
        ["apps/v1", "Deployment"],
        [api, "Cluster"],
      ],
      resyncMs: 800,
    });
    this.peers = new Peers(connect);
  }

  protected override async reconcile(): Promise<void> {
    const { kube } = this;
    if (!(await isAlive(kube, namespace, "cluster-registry-controller"))) return;
    const clusters = await kube.list(api, "Cluster");
    if (clusters.length === 0) return;
    const own = await uidOf(kube);
    for (const cluster of clusters) {
      const finding: Finding =
        field<ClusterSpec>(cluster, "spec").clusterID === own
          ? { type: "Local", state: "Ready" }
          : { type: "Peer", ...(await this.readPeer(cluster, clusters)) };
      if (says(cluster, finding)) continue;
      await kube.mergePatch(refOf(cluster), { status: { message: null, ...finding } }, { subresource: "status" });
    }
  }

  private async readPeer(cluster: KubeObject, known: readonly KubeObject[]): Promise<Omit<Finding, "type">> {
    const { clusterID, authInfo } = field<ClusterSpec>(cluster, "spec");
    const { name, namespace: within } = authInfo?.secretRef ?? {};
    if (!name || !within) return { state: "MissingAuthInfo" };
    const secret = await this.kube.get({ apiVersion: "v1", kind: "Secret", namespace: within, name });
    if (secret?.type !== "k8s.cisco.com/cluster-registry-secret")
      return { state: "InvalidAuthInfo", message: secret ? "invalid secret type" : `secrets "${name}" not found` };
    const { kubeconfig } = field<{ kubeconfig: string }>(secret, "data");
    if (!kubeconfig) return { state: "InvalidAuthInfo", message: "could not found k8s config in secret" };
    const peer = this.peers.at(Buffer.from(kubeconfig, "base64").toString());
    try {
      if ((await uidOf(peer)) !== clusterID) return { state: "Failed", message: "invalid cluster ID" };
      return { state: "Ready", conditions: [synced(known, await peer.list(api, "Cluster"))] };
    } catch (error) {
      if (isKubeError(error)) return { state: "Failed", message: error.message };
      throw error;
    }
  }
}

/** By it clusters are told apart. */
async function uidOf(kube: Kube): Promise<string | undefined> {
  return (await kube.get({ apiVersion: "v1", kind: "Namespace", name: "kube-system" }))?.metadata.uid;
}

/** Whether the peer knows all clusters that are known here, by the same names, and is content with them. */
function synced(here: readonly KubeObject[], there: readonly KubeObject[]) {
  const idOf = (cluster: KubeObject) => field<ClusterSpec>(cluster, "spec").clusterID;
  const problems = here.flatMap((cluster) => {
    const { name } = cluster.metadata;
    const other = there.find((each) => idOf(each) === idOf(cluster));
    if (!other) return [`cluster '${name}' not found at remote side`];
    if (other.metadata.name !== name) return [`cluster name mismatch ${name} != ${other.metadata.name}`];
    return field<Finding>(other, "status").state === "Ready" ? [] : [`cluster '${name}' status is not ready`];
  });
  return {
    type: "ClustersSynced",
    status: problems.length > 0 ? "False" : "True",
    message: problems.join("; ") || "all participating clusters are in sync",
  };
}

function says(cluster: KubeObject, { type, state, message, conditions: [condition] = [] }: Finding): boolean {
  const { conditions: [before] = [], ...now } = field<Finding>(cluster, "status");
  return now.type === type && now.state === state && now.message === message && before?.message === condition?.message;
}
