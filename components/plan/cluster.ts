import type { ClusterConfig } from "../config/cluster";
import type { AddressPlan } from "./addresses";
import type { BalancerPlan } from "./balancer";
import type { IngressRule } from "./ingress-rules";
import type { MtuPlan } from "./mtu";
import type { DnsForward, ExtraNodeGroup, Networking } from "./networking";
import type { PodDemand } from "./pods";
import type { Source } from "./source";

/** One cluster of the plan. */
export interface ClusterPlan extends Readonly<ClusterConfig> {
  /** The name as part of the names of resources: see `namePart`. */
  readonly key: string;
  /** Name of the EKS cluster: unique in its region, because it carries the lab's name. */
  readonly eksName: string;
  /** Of all that AWS makes for the cluster and lets one tag. */
  readonly tags: Readonly<Record<string, string>>;
  /** Common name of the cluster's certificate authority. */
  readonly authorityName: string;
  /** How its VPC is divided. */
  readonly subnets: AddressPlan;
  /** MTU in bytes, with the reason. */
  readonly mtu: MtuPlan;
  /** How its pods get their network. */
  readonly networking: Networking;
  /** Besides the ordinary nodes. */
  readonly nodeGroups: readonly ExtraNodeGroup[];
  /** What runs on its nodes: of EKS's add-ons, the backend and the demo. */
  readonly pods: readonly PodDemand[];
  /** Zones that its DNS leaves to another server. */
  readonly dnsForwards: readonly DnsForward[];
  /** Zone of imported Services in the cluster's own DNS, if it has one. */
  readonly clusterSetZone: string | undefined;
  /** Where the addresses of pods stay what they are: the peers' VPCs. Elsewhere the node's address replaces them. */
  readonly noSnatTo: readonly string[];
  /** Of the backend: where peers come in. */
  readonly balancers: readonly BalancerPlan[];
  /** Of the demo: where people come in. */
  readonly frontDoor: BalancerPlan | undefined;
  /** Ingress rules of its nodes' security group. */
  readonly ingressRules: readonly IngressRule[];
  /** Who may reach its API server. */
  readonly apiSources: readonly Source[];
  /** Where its packets seem to come from when they arrive at a peer. */
  readonly egressSource: Source;
}
