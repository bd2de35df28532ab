/**
 * The network that an account's items describe, as plain data. Nothing in it knows the program, and nothing in it is a
 * command: `kernel` says what it is in Linux, `apply` makes it so.
 */
import type { BalancerHealthCheck } from "../../aws/cluster/balancer-spec";

/** Everything between the nodes of all clusters. */
export interface DesiredNetwork {
  readonly vpcs: readonly VpcNetwork[];
  readonly peerings: readonly PeeringLink[];
  readonly endpoints: readonly ApiEndpoint[];
  readonly names: readonly HostName[];
  readonly checks: readonly TargetCheck[];
}

/** One VPC and the router that stands for its implicit one. */
export interface VpcNetwork {
  readonly id: string;
  readonly cidr: string;
  /** The router's address on links between routers; no other VPC has the same. */
  readonly transit: string;
  /** Amazon's resolver, the VPC's base plus two; undefined without DNS support. */
  readonly resolver: string | undefined;
  readonly subnets: readonly SubnetNetwork[];
  readonly nodes: readonly NodeLink[];
  /** Interfaces of AWS's own in this VPC: control planes' and load balancers'. */
  readonly amazonInterfaces: readonly string[];
  /** Public addresses that lead into this VPC, each with the private one behind it. */
  readonly publicAddresses: readonly PublicAddress[];
  /** Groups that matter here: those of the VPC, and those that its rules name. */
  readonly groups: readonly GroupMembers[];
  readonly rules: readonly GroupRule[];
  readonly balancers: readonly BalancerNetwork[];
}

/** A subnet with what its route table says. */
export interface SubnetNetwork {
  readonly id: string;
  readonly cidr: string;
  /** The router's address in the subnet: its first (VPC user guide, subnet sizing). */
  readonly gateway: string;
  /** Number of its route table in the kernel, different for each subnet of a VPC and always the same. */
  readonly table: number;
  readonly routes: readonly SubnetRoute[];
}

/** Where a destination leads. Routes whose target is not there drop what they match. */
export interface SubnetRoute {
  readonly destination: string;
  readonly target:
    | { readonly by: "peering"; readonly peeringId: string; readonly transit: string }
    /** With the address that all of the subnet have outside. */
    | { readonly by: "nat-gateway"; readonly address: string }
    /** Only for those that have a public address of their own. */
    | { readonly by: "internet-gateway" }
    | { readonly by: "nothing" };
}

/** An instance on the network. */
export interface NodeLink {
  readonly instanceId: string;
  readonly address: string;
  readonly gateway: string;
  /** Addresses of its pods; undefined where they have none of the VPC. */
  readonly podCidr: string | undefined;
  /** Pods of it that not everybody may call. */
  readonly guards: readonly PodGuard[];
}

/** A pod that only those may call whom a policy of its cluster admits, and what is on its own node. */
export interface PodGuard {
  readonly address: string;
  readonly admits: readonly Admission[];
}

/** Who may call a pod, and on which ports. */
export interface Admission {
  /** A range but for some of it; undefined for everybody. */
  readonly from: { readonly cidr: string; readonly except: readonly string[] } | undefined;
  /** Undefined for all of them. */
  readonly ports:
    | { readonly protocol: "tcp" | "udp" | "sctp"; readonly first: number; readonly last: number }
    | undefined;
}

/** A public address and the interface that it is mapped to. */
export interface PublicAddress {
  readonly publicIp: string;
  readonly privateIp: string;
}

/** Who carries a security group: addresses of interfaces, and ranges of pods behind them. */
export interface GroupMembers {
  readonly groupId: string;
  /** Whether it is of this VPC, so that its own rules judge traffic here. */
  readonly own: boolean;
  readonly addresses: readonly string[];
}

/** One rule of a security group. */
export interface GroupRule {
  readonly groupId: string;
  readonly direction: "ingress" | "egress";
  /** IANA number, or `all`. */
  readonly protocol: number | "all";
  /** First and last port, or ICMP type and code; undefined for all. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly peer: { readonly cidr: string } | { readonly groupId: string };
}

/** Active connection of two VPCs. */
export interface PeeringLink {
  readonly id: string;
  readonly vpcIds: readonly [string, string];
  readonly mtu: number;
}

/** A load balancer that passes connections on. */
export interface BalancerNetwork {
  readonly name: string;
  /** Group that clients are judged by; undefined when the targets' own rules judge them. */
  readonly groupId: string | undefined;
  /** Whether targets see the client's address: Network Load Balancers with instances as targets. */
  readonly keepsClient: boolean;
  readonly addresses: readonly BalancerAddress[];
}

/** What a load balancer has in one zone. */
export interface BalancerAddress {
  readonly privateIp: string;
  readonly publicIp: string | undefined;
  /** Route table of the subnet that it is in: answers leave by it. */
  readonly table: number;
  readonly listeners: readonly ListenerNetwork[];
}

/** A port at one address of a load balancer. */
export interface ListenerNetwork {
  readonly port: number;
  readonly nodePort: number;
  readonly protocol: "tcp" | "udp";
  /** Addresses of the nodes that get connections now. */
  readonly targets: readonly string[];
}

/** The API server of a cluster, as EKS offers it. */
export interface ApiEndpoint {
  readonly cluster: string;
  readonly vpcId: string;
  readonly host: string;
  /** Of its interfaces in the VPC; empty when the endpoint is not private. */
  readonly privateIps: readonly string[];
  /** Of its interfaces, by which it calls nodes and pods, whether or not it is called there. */
  readonly interfaces: readonly string[];
  readonly publicIps: readonly string[];
  /** Sources that the public addresses admit. */
  readonly publicAccess: readonly string[];
}

/** A name and its addresses. */
export interface HostName {
  readonly name: string;
  readonly addresses: readonly string[];
  /** VPC in which it is known, and hides one of the same name that is known everywhere. Default: everywhere. */
  readonly vpcId?: string;
}

/** One target, as looked at by one address of a load balancer. */
export interface TargetCheck extends BalancerHealthCheck {
  readonly key: string;
  /** The load balancer's, by which the target's rules judge the check. */
  readonly from: string;
  readonly to: string;
  readonly port: number;
}

/** What a load balancer thinks of a target. */
export type TargetState = "initial" | "healthy" | "unhealthy";

/** What the plan needs beyond the account. */
export interface Situation {
  /** Ids of the instances that have a namespace. */
  readonly attached: ReadonlySet<string>;
  /** State of a target by the check's key. */
  readonly health: ReadonlyMap<string, TargetState>;
  /** Guarded pods by id of their instance. */
  readonly guards: ReadonlyMap<string, readonly PodGuard[]>;
}
