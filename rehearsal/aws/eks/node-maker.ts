/** What makes an instance a node: who does it is handed in. */
import type { Kube } from "../cluster/kube";
import { type NodeSpec, nodeObject } from "../cluster/nodes";
import type { Cluster, Instance } from "./items";

/** An instance that is about to be a node. */
export interface Joining {
  readonly kube: Kube;
  readonly cluster: Cluster;
  readonly instance: Instance;
  readonly node: NodeSpec;
}

/** Makes nodes, and ends what keeps them alive. */
export interface NodeMaker {
  /** Whether pods run on them. */
  readonly real: boolean;
  /** Makes the Node; it need not be Ready yet when this resolves. */
  join(joining: Joining): Promise<void>;
  /** The instance is terminated. Its Node may be gone already. */
  leave(instance: Instance): Promise<void>;
  /** Real seconds within which a node is Ready. */
  readonly patience: number;
}

/** Nodes that kwok keeps alive. */
export const simulatedNodes: NodeMaker = {
  real: false,
  join: async ({ kube, node }) => {
    await kube.create(nodeObject(node));
  },
  leave: async () => {},
  patience: 60,
};
