import type { ConfigMistake } from "../base/config-mistakes";
import type { KubernetesVersion } from "../base/kubernetes-versions";
import type { ClusterConfig } from "../config/cluster";
import type { LabConfig } from "../config/schema";
import type { ServiceExporter } from "./exports";
import type { Flow } from "./flows";
import { type Encapsulation, noEncapsulation } from "./mtu";

/** A Helm chart in one version. */
export interface Chart {
  readonly name: string;
  readonly version: string;
  /** Repository it comes from unless a mirror is configured. */
  readonly repository: string;
  /** Commands that put its archive into the folder MIRROR, where `helm pull` from the repository cannot. */
  readonly archivedBy?: string;
}

/** A Service of type LoadBalancer that the program owns. */
export interface Balancer {
  /** Unique on its cluster, whatever the namespace. */
  readonly name: string;
  readonly namespace: string;
  /** Who comes in by it. */
  readonly why: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly BalancerPort[];
}

export interface BalancerPort {
  readonly name: string;
  /** Where the load balancer listens. */
  readonly port: number;
  /** Where the pods listen. */
  readonly targetPort: number;
  /** Fixed, so that the rule that admits it is known before the Service exists; 30000 to 32767. */
  readonly nodePort: number;
}

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
  /** On new nodes until the CNI takes them off: no pod may start before it has a network. */
  readonly startupTaints: readonly NodeTaint[];
  /** What the CNI asks of EC2, as the node it runs on, beyond the rights that every node has; e.g. `ec2:DescribeVpcs`. */
  readonly nodeActions?: readonly string[];
}

export interface NodeTaint {
  readonly key: string;
  readonly value: string;
  readonly effect: "NO_SCHEDULE" | "NO_EXECUTE" | "PREFER_NO_SCHEDULE";
}

/** Nodes that a backend wants besides the ordinary ones: a managed node group of their own on every cluster. */
export interface ExtraNodeGroup {
  /** Part of the group's name. */
  readonly name: string;
  readonly nodes: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Public subnets give each node an address on the internet. */
  readonly subnets: "private" | "public";
}

/** Names that the cluster's DNS leaves to another server. */
export interface DnsForward {
  /** E.g. `clusterset.local`. */
  readonly zone: string;
  readonly address: string;
}

/** The network of backends that live above it: AWS's own. */
export const vpcNetworking: Networking = {
  cni: "vpc-cni",
  podAddresses: "vpc",
  encapsulation: noEncapsulation,
  kubeProxy: true,
  startupTaints: [],
};

/** What a backend is, as plain data and pure functions: all that configuration, plan, docs and tests need of it. */
export interface BackendProfile {
  /** The name people know it by. */
  readonly title: string;
  /** Kubernetes versions it is released for. */
  readonly kubernetesVersions: readonly KubernetesVersion[];
  /** It is asked of configurations with mistakes too, and then goes by what is valid. */
  networking(config: Partial<LabConfig>): Networking;
  readonly charts: Readonly<Record<string, Chart>>;
  /** Common name that it expects of every cluster's authority; without one they are named after their clusters. */
  readonly authorityName?: string;
  /**
   * What it cannot do of what a configuration asks for, each with the reason. It sees what is valid so far and stays silent
   * about what it cannot judge.
   */
  refuses?(config: Partial<LabConfig>): readonly ConfigMistake[];
  /** What whoever chooses it must know before anything is built. */
  warnings?(config: LabConfig): readonly string[];
  /** Whether clusters may have the same pods' and Services' addresses, and what makes it possible where it may be. */
  sharedAddresses?(config: Partial<LabConfig>): { readonly allowed: boolean; readonly hint: string };
  /** Nodes besides the ordinary ones, the same on every cluster. */
  nodeGroups?(config: LabConfig): readonly ExtraNodeGroup[];
  dnsForwards?(cluster: ClusterConfig): readonly DnsForward[];
  /** The zone whose Services the cluster's own DNS finds by their ServiceImports, which it may then read. Default: none. */
  clusterSetZone?(config: LabConfig): string | undefined;
  /** What the lab's trust anchor does not vouch for with this backend, for outputs and docs. */
  readonly trustNote?: string;
  /** The load balancers of `cluster`. */
  balancers(cluster: string, config: LabConfig): readonly Balancer[];
  /** What `from` needs of `to`; asked for every ordered pair of clusters. */
  flows(from: string, to: string, config: LabConfig): readonly Flow[];
  /** How Services are found from other clusters. Like `networking`, it is asked of configurations with mistakes too. */
  exporter(config: Partial<LabConfig>): ServiceExporter;
}
