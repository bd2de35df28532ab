import { gatewayLabel, operatorNamespace } from "../../components/backends/submariner/names";
import { type PairCheck, skip, verdict } from "../common/check";
import type { KubeObject } from "../kube/client";

interface RouteAgentStatus {
  readonly statusFailure?: string;
  readonly remoteEndpoints?: readonly {
    readonly status: string;
    readonly statusMessage: string;
    readonly spec: { readonly cluster_id: string };
  }[];
}

/**
 * Ordinary nodes reach the peer too, by their gateway: it is there that most pods are. Gateways do not ask themselves, and
 * nobody does where the chart's health check is off.
 */
export const routesFromNodes: PairCheck = {
  id: "submariner-routes",
  expects: "ordinary nodes reach the peer",
  ofPair: async ({ kube }, peer) => {
    const [nodes, agents] = await Promise.all([
      kube.list("v1", "Node"),
      kube.list("submariner.io/v1", "RouteAgent", { namespace: operatorNamespace }),
    ]);
    const said = nodes
      .filter(({ metadata }) => metadata.labels?.[gatewayLabel] !== "true")
      .map(({ metadata: { name } }) => ({
        name,
        answer: answerOf(agents.find(({ metadata }) => metadata.name === name)),
      }));
    const asked = said.map(({ name, answer }) => ({ name, ...answer(peer.name) }));
    if (asked.length > 0 && asked.every(({ status }) => status === "none"))
      return skip(`no node asks: ${asked[0]?.message}`);
    return verdict(
      asked.map(
        ({ name, status, message }) =>
          status !== "connected" && `${name}: ${[status, message].filter(Boolean).join(", ")}`,
      ),
      `${asked.length} nodes reach ${peer.name}`,
    );
  },
};

/** What a node's route agent says of a peer. */
function answerOf(agent: KubeObject | undefined) {
  const { statusFailure, remoteEndpoints = [] } = (agent?.status ?? {}) as RouteAgentStatus;
  return (peer: string): { readonly status: string; readonly message: string } => {
    if (!agent) return { status: "no route agent", message: "" };
    if (statusFailure) return { status: "failed", message: statusFailure };
    const endpoint = remoteEndpoints.find(({ spec }) => spec.cluster_id === peer);
    if (!endpoint) return { status: `no endpoint of ${peer}`, message: "" };
    return { status: endpoint.status, message: endpoint.statusMessage };
  };
}
