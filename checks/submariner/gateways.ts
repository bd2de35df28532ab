import {
  gatewayLabel,
  maximumSegment,
  mssAnnotation,
  operatorNamespace,
} from "../../components/backends/submariner/names";
import { type ClusterCheck, type LiveCluster, type PairCheck, verdict } from "../common/check";
import type { KubeObject } from "../kube/client";

/** What a gateway says of itself. */
export interface GatewayStatus {
  readonly haStatus: string;
  readonly statusFailure: string;
  readonly connections: readonly {
    readonly status: string;
    readonly statusMessage: string;
    readonly endpoint: { readonly cluster_id: string; readonly backend: string };
  }[];
}

/** All gateways of a cluster, each by the name of its node. */
export async function readGateways({ kube }: LiveCluster): Promise<{ name: string; status: GatewayStatus }[]> {
  const found = await kube.list("submariner.io/v1", "Gateway", { namespace: operatorNamespace });
  return found.map(({ metadata, status }) => ({ name: metadata.name, status: status as GatewayStatus }));
}

/** The nodes made for it are gateways, one of them active, and each has the planned segment size. */
export const gatewayNodes: ClusterCheck = {
  id: "submariner-gateways",
  expects: "the nodes made for it are gateways, and one of them is active",
  ofCluster: async (cluster) => {
    const { kube, mtu } = cluster;
    const nodes = await kube.list("v1", "Node", { labelSelector: `${gatewayLabel}=true` });
    const gateways = await readGateways(cluster);
    const planned = String(maximumSegment(mtu.pod));
    const clamp = ({ metadata }: KubeObject) => metadata.annotations?.[mssAnnotation];
    const active = gateways.filter(({ status }) => status.haStatus === "active");
    return verdict(
      [
        nodes.length === 0 && `no node has the label ${gatewayLabel}=true`,
        ...nodes.map(
          (node) =>
            clamp(node) !== planned &&
            `${mssAnnotation} of ${node.metadata.name} is ${clamp(node) ?? "not set"}, planned is ${planned}`,
        ),
        ...nodes.map(
          ({ metadata }) =>
            !gateways.some(({ name }) => name === metadata.name) && `${metadata.name} is no gateway yet`,
        ),
        active.length !== 1 && `${active.length} gateways are active`,
        ...gateways.map(({ name, status }) => status.statusFailure !== "" && `${name}: ${status.statusFailure}`),
      ],
      `${nodes.length} with segments of ${planned} bytes, ${active[0]?.name} is active`,
    );
  },
};

/** The active gateway has a tunnel to the peer's. */
export const connectedGateways: PairCheck = {
  id: "submariner-connection",
  expects: "the active gateway is connected with the peer's",
  ofPair: async (here, peer) => {
    const gateways = await readGateways(here);
    const active = gateways.find(({ status }) => status.haStatus === "active");
    const connection = active?.status.connections.find(({ endpoint }) => endpoint.cluster_id === peer.name);
    return verdict(
      [
        !active && "no gateway is active",
        active && !connection && `${active.name} knows no endpoint of ${peer.name}`,
        connection && connection.status !== "connected" && `${connection.status}: ${connection.statusMessage}`,
      ],
      `${connection?.endpoint.backend} from ${active?.name}`,
    );
  },
};
