import type { Item, Region, Tags } from "../account/account";

/** A VPC with the ids of what came with it. */
export interface Vpc extends Item {
  kind: "vpc";
  cidrBlock: string;
  instanceTenancy: string;
  enableDnsSupport: boolean;
  enableDnsHostnames: boolean;
  defaultSecurityGroupId: string;
  mainRouteTableId: string;
  defaultNetworkAclId: string;
  dhcpOptionsId: string;
}

/** A subnet; it is public when its route table says so. */
export interface Subnet extends Item {
  kind: "subnet";
  vpcId: string;
  cidrBlock: string;
  availabilityZone: string;
  availabilityZoneId: string;
  mapPublicIpOnLaunch: boolean;
}

/** An elastic network interface. */
export interface NetworkInterface extends Item {
  kind: "network-interface";
  vpcId: string;
  subnetId: string;
  availabilityZone: string;
  securityGroupIds: string[];
  privateIpAddress: string;
  /** Address by which the internet reaches it; undefined when none. */
  publicIp?: string;
  description: string;
  /** Whether it goes with the instance that it is attached to. */
  deleteOnTermination?: boolean;
}

/** By it a VPC reaches the internet. */
export interface InternetGateway extends Item {
  kind: "internet-gateway";
  /** Undefined while detached. */
  vpcId?: string;
}

/** A public address that the account holds. */
export interface ElasticIp extends Item {
  kind: "elastic-ip";
  publicIp: string;
  /** Interface that it is mapped to. */
  networkInterfaceId?: string;
}

/** By it private subnets reach the internet. */
export interface NatGateway extends Item {
  kind: "natgateway";
  state: "pending" | "available" | "deleting";
  vpcId: string;
  subnetId: string;
  connectivityType: "public" | "private";
  /** Of public ones. */
  allocationId?: string;
  networkInterfaceId: string;
}

/** Where a route leads; exactly one. */
export interface RouteTarget {
  readonly gatewayId?: string;
  readonly natGatewayId?: string;
  readonly vpcPeeringConnectionId?: string;
  readonly networkInterfaceId?: string;
}

/** A destination and where it leads. */
export interface Route extends RouteTarget {
  readonly destinationCidrBlock: string;
}

/** Where packets of its subnets go. */
export interface RouteTable extends Item {
  kind: "route-table";
  vpcId: string;
  /** Without the local one, which every table has. */
  routes: Route[];
}

/** The table of a subnet. */
export interface RouteTableAssociation extends Item {
  kind: "route-table-association";
  routeTableId: string;
  subnetId: string;
}

/** Its region is the requester's. */
export interface VpcPeeringConnection extends Item {
  kind: "vpc-peering-connection";
  state: "pending-acceptance" | "active" | "failed";
  vpcId: string;
  peerVpcId: string;
  peerRegion: Region;
  /** Tags that the accepter's side put on it: they are kept apart when the regions differ. */
  accepterTags: Tags;
  /** Whether host names of one side resolve to private addresses on the other. */
  requesterDns: boolean;
  accepterDns: boolean;
}

/** A security group; its rules are items of their own. */
export interface SecurityGroup extends Item {
  kind: "security-group";
  name: string;
  description: string;
  vpcId: string;
}

/** One rule of a group, with one peer. */
export interface SecurityGroupRule extends Item {
  kind: "security-group-rule";
  securityGroupId: string;
  isEgress: boolean;
  permission: Permission;
}

/** Exactly one of the last four says who is on the other side. */
export interface Permission {
  /** `tcp`, `udp`, `icmp`, `icmpv6`, a protocol number, or `-1` for all. */
  readonly ipProtocol: string;
  /** First port, or ICMP type. */
  readonly fromPort?: number;
  /** Last port, or ICMP code. */
  readonly toPort?: number;
  readonly description?: string;
  readonly cidrIpv4?: string;
  readonly cidrIpv6?: string;
  readonly referencedSecurityGroupId?: string;
  readonly prefixListId?: string;
}

/** Plain JSON of what instances get; the shape is the provider's. */
export type TemplateData = Record<string, unknown>;

/** A launch template with all of its versions. */
export interface LaunchTemplate extends Item {
  kind: "launch-template";
  name: string;
  defaultVersion: number;
  /** Version 1 first. */
  versions: TemplateData[];
}
