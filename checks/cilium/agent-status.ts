import { ciliumNamespace } from "../../components/backends/cilium/names";
import { type PairCheck, verdict } from "../common/check";
import { realPod } from "../common/real-pods";

/** What an agent says of itself, as far as it is read (cilium 1.20, api/v1/models: StatusResponse, RemoteCluster). */
interface AgentStatus {
  readonly "cluster-mesh"?: { readonly clusters?: readonly RemoteCluster[] };
}

interface RemoteCluster {
  readonly name?: string;
  readonly connected?: boolean;
  /** Whether it has been read wholly, once. */
  readonly ready?: boolean;
  /** In words. */
  readonly status?: string;
  readonly "num-nodes"?: number;
  readonly "num-endpoints"?: number;
}

/** An agent says itself that it is connected with the peer and has read its nodes. */
export const agentsKnowPeer: PairCheck = {
  id: "cilium-agent-peers",
  expects: "an agent says that it is connected with the peer and has read its nodes",
  ofPair: async (here, peer) => {
    const found = await realPod(here.kube, ciliumNamespace, "cilium", "k8s-app");
    if (found.verdict) return found.verdict;
    const asked = await here.kube.exec(found.pod, "cilium-agent", ["cilium-dbg", "status", "-o", "json"]);
    if (asked.exitCode !== 0) throw new Error(`${found.pod.name} says nothing of itself: ${asked.stderr.trim()}`);
    const { "cluster-mesh": mesh } = JSON.parse(asked.stdout) as AgentStatus;
    const said = mesh?.clusters?.find(({ name }) => name === peer.name);
    const { "num-nodes": nodes = 0, "num-endpoints": endpoints = 0 } = said ?? {};
    return verdict(
      [
        !said && `${found.pod.name} does not know ${peer.name}`,
        said && !said.connected && `it is not connected with ${peer.name}: ${said.status ?? "no reason is given"}`,
        said?.connected && !said.ready && `it has not read ${peer.name} yet: ${said.status ?? "no reason is given"}`,
        said?.ready && nodes === 0 && `it knows no node of ${peer.name}`,
      ],
      `${nodes} nodes and ${endpoints} pods of ${peer.name}, by ${found.pod.name}`,
    );
  },
};
