/** How pods get their network, and what a backend adds to it: node groups and DNS zones. */

/** What a backend adds to each packet between clusters. */
export interface Encapsulation {
  /** For explanations, e.g. `VXLAN`. */
  readonly name: string;
  /** Header bytes, outermost to innermost, taken off the path's MTU. */
  readonly overhead: number;
  /** What the device that encapsulates takes at most, in bytes, however wide the path is. Default: no limit. */
  readonly largest?: number;
}

/** Of backends that put nothing around a packet. */
export const noEncapsulation: Encapsulation = { name: "no encapsulation", overhead: 0 };

/** How pods get their network. */
export interface Networking {
  /** AWS's own CNI as an add-on, or a chart of the backend that is installed before there are nodes. */
  readonly cni: "vpc-cni" | "chart";
  /** Whose addresses pods have: the VPC's, or those of an overlay (`clusters[].podCidr`). */
  readonly podAddresses: "vpc" | "overlay";
  /** What is put around a packet on the way between clusters. */
  readonly encapsulation: Encapsulation;
  /** Whether EKS's kube-proxy runs, or the CNI does its work. */
  readonly kubeProxy: boolean;
  /**
   * Whether AWS's own CNI starts the agent that enforces NetworkPolicies. Default: it does not. A chart's CNI goes by its own
   * values.
   */
  readonly networkPolicies?: boolean;
  /** On new nodes until the CNI takes them off: no pod may start before it has a network. */
  readonly startupTaints: readonly NodeTaint[];
  /**
   * What the CNI asks of EC2, as the node it runs on, beyond the rights that every node has; e.g. `ec2:DescribeVpcs`.
   * Default: nothing.
   */
  readonly nodeActions?: readonly string[];
}

/** A taint as EKS writes it. */
export interface NodeTaint {
  /** By which the CNI recognises it, e.g. `node.cilium.io/agent-not-ready`. */
  readonly key: string;
  /** Tolerations with the operator Equal compare it; the CNI goes by the key. */
  readonly value: string;
  /** EKS's words for Kubernetes' NoSchedule, NoExecute and PreferNoSchedule. */
  readonly effect: "NO_SCHEDULE" | "NO_EXECUTE" | "PREFER_NO_SCHEDULE";
}

/** The network of backends that live above it: AWS's own. */
export const vpcNetworking: Networking = {
  cni: "vpc-cni",
  podAddresses: "vpc",
  encapsulation: noEncapsulation,
  kubeProxy: true,
  startupTaints: [],
};

/** Nodes that a backend wants besides the ordinary ones: a managed node group of their own on every cluster. */
export interface ExtraNodeGroup {
  /** Part of the group's name. */
  readonly name: string;
  /** How many, always. */
  readonly nodes: number;
  /** Labels of the nodes. */
  readonly labels: Readonly<Record<string, string>>;
  /** Public subnets give each node an address on the internet. */
  readonly subnets: "private" | "public";
}

/** Names that the cluster's DNS leaves to another server. */
export interface DnsForward {
  /** E.g. `clusterset.local`. */
  readonly zone: string;
  /** IPv4 address of the server. */
  readonly address: string;
}
