import type { Item, Region, Tags } from "../account/account";

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

export interface Subnet extends Item {
  kind: "subnet";
  vpcId: string;
  cidrBlock: string;
  availabilityZone: string;
  availabilityZoneId: string;
  mapPublicIpOnLaunch: boolean;
}

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

export interface InternetGateway extends Item {
  kind: "internet-gateway";
  /** Undefined while detached. */
  vpcId?: string;
}

export interface ElasticIp extends Item {
  kind: "elastic-ip";
  publicIp: string;
  /** Interface that it is mapped to. */
  networkInterfaceId?: string;
}

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

export interface Route extends RouteTarget {
  readonly destinationCidrBlock: string;
}

export interface RouteTable extends Item {
  kind: "route-table";
  vpcId: string;
  /** Without the local one, which every table has. */
  routes: Route[];
}

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

export interface SecurityGroup extends Item {
  kind: "security-group";
  name: string;
  description: string;
  vpcId: string;
}

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

export interface LaunchTemplate extends Item {
  kind: "launch-template";
  name: string;
  defaultVersion: number;
  /** Version 1 first. */
  versions: TemplateData[];
}
