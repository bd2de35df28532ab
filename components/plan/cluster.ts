import type { EksClusterConfig, ExistingClusterConfig } from "../config/cluster";
import type { AddressPlan } from "./addresses";
import type { BalancerPlan } from "./balancer";
import type { IngressRule } from "./ingress-rules";
import type { MtuPlan } from "./mtu";
import type { DnsForward, ExtraNodeGroup, Networking } from "./networking";
import type { PodDemand } from "./pods";
import type { Source } from "./source";

/** On every namespace that a lab makes: its name. By it one tells what was there before. */
export const labAnnotation = "multicluster-lab/lab";

/** What every cluster of the plan has, whoever made it. */
interface PlannedCluster {
  /** Name of the lab. */
  readonly lab: string;
  /** The name as part of the names of resources: see `namePart`. */
  readonly key: string;
  /** Common name of the cluster's certificate authority. */
  readonly authorityName: string;
  /** MTU in bytes, with the reason. A cluster that is there already keeps its own. */
  readonly mtu: MtuPlan;
  /** How pods get their network where the lab makes the cluster. */
  readonly networking: Networking;
  /** What runs on its nodes: of EKS's add-ons, the backend and the demo. */
  readonly pods: readonly PodDemand[];
  /** Of the backend: where peers come in. */
  readonly balancers: readonly BalancerPlan[];
  /** Of the demo: where people come in. */
  readonly frontDoor: BalancerPlan | undefined;
  /** Where its packets seem to come from when they arrive at a peer. */
  readonly egressSource: Source;
  /** Besides the ordinary nodes, of a cluster that the lab makes. */
  readonly nodeGroups: readonly ExtraNodeGroup[];
  /** Zones that its DNS leaves to another server. */
  readonly dnsForwards: readonly DnsForward[];
  /** Ingress rules of its nodes' security group. One that is there already has a firewall of its own, or none. */
  readonly ingressRules: readonly IngressRule[];
  /** Who may reach its API server, of a cluster that the lab makes. */
  readonly apiSources: readonly Source[];
}

/** A cluster that the lab makes on AWS. */
export interface EksClusterPlan extends PlannedCluster, Readonly<EksClusterConfig> {
  /** Name of the EKS cluster: unique in its region, because it carries the lab's name. */
  readonly eksName: string;
  /** Of all that AWS makes for the cluster and lets one tag. */
  readonly tags: Readonly<Record<string, string>>;
  /** How its VPC is divided. */
  readonly subnets: AddressPlan;
  /** Zone of imported Services in the cluster's own DNS, if it has one. */
  readonly clusterSetZone: string | undefined;
  /** Where the addresses of pods stay what they are: the peers' VPCs. Elsewhere the node's address replaces them. */
  readonly noSnatTo: readonly string[];
}

/** A cluster that is there already. */
export interface ExistingClusterPlan extends PlannedCluster, Readonly<ExistingClusterConfig> {}

/** One cluster of the plan. */
export type ClusterPlan = EksClusterPlan | ExistingClusterPlan;
