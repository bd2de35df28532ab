/** An account with VPCs, each with a cluster and an instance in two zones. */
import { AwsAccount } from "../../rehearsal/aws/account/account";
import { AwsClock } from "../../rehearsal/aws/account/clock";
import * as gateways from "../../rehearsal/aws/ec2/gateways";
import { createNetworkInterface } from "../../rehearsal/aws/ec2/interfaces";
import type {
  NetworkInterface,
  Permission,
  RouteTable,
  SecurityGroup,
  SecurityGroupRule,
  Subnet,
  Vpc,
} from "../../rehearsal/aws/ec2/items";
import { acceptPeering, createPeering } from "../../rehearsal/aws/ec2/peering";
import * as routing from "../../rehearsal/aws/ec2/routing";
import { createSecurityGroup, newRule } from "../../rehearsal/aws/ec2/security-groups";
import { createSubnet, createVpc } from "../../rehearsal/aws/ec2/vpc";
import type { Cluster, Instance } from "../../rehearsal/aws/eks/items";
import { ElasticLoadBalancing } from "../../rehearsal/aws/eks/load-balancing";
import { clusterTag } from "../../rehearsal/aws/eks/lookup";

/** Speed at which a load balancer's times are short, and its health checks at their shortest. */
const speed = 2_000;

/** One VPC of the lab. */
export interface LabVpc {
  readonly vpc: Vpc;
  readonly cluster: Cluster;
  readonly group: SecurityGroup;
  /** In zone a, and in zone b. */
  readonly instances: readonly [Instance, Instance];
  /** Private and public ones, each in zones a and b. */
  readonly subnets: readonly Subnet[];
  readonly privateTable: RouteTable;
  readonly publicTable: RouteTable;
}

/** The account, and what a test does with it. */
export class NetworkAccount {
  readonly account = new AwsAccount({ clock: new AwsClock(speed, 1) });

  /** A VPC with NAT gateway, internet gateway, a cluster and two instances on the network. */
  async vpc(region: string, second: number): Promise<LabVpc> {
    const { account } = this;
    const dns = { enableDnsHostnames: true, enableDnsSupport: true };
    const vpc = await createVpc(account, region, {
      cidrBlock: `10.${second}.0.0/16`,
      instanceTenancy: "default",
      ...dns,
      tags: {},
    });
    const tags = { [clusterTag({ name: region })]: "shared" };
    const subnet = (index: number) =>
      createSubnet(account, region, {
        vpcId: vpc.id,
        cidrBlock: `10.${second}.${index * 16}.0/20`,
        availabilityZone: `${region}${"ab"[index % 2]}`,
        mapPublicIpOnLaunch: false,
        tags: { ...tags, [`kubernetes.io/role/${index < 2 ? "internal-elb" : "elb"}`]: "1" },
      });
    const subnets = [await subnet(0), await subnet(1), await subnet(2), await subnet(3)];
    const { privateTable, publicTable } = await this.wayOut(region, vpc, subnets);
    const group = await createSecurityGroup(account, region, {
      name: "nodes",
      description: "nodes",
      vpcId: vpc.id,
      tags: { [clusterTag({ name: region })]: "owned" },
    });
    const cluster = this.cluster(region, vpc, subnets, group);
    const instances = [
      this.instance(region, subnets[0], group, `10.${second}.15.0/26`),
      this.instance(region, subnets[1], group, `10.${second}.31.0/26`),
    ] as const;
    return { vpc, cluster, group, instances, subnets, privateTable, publicTable };
  }

  /** An active peering, with routes to each other in every table. */
  async peer(a: LabVpc, b: LabVpc): Promise<void> {
    const { account } = this;
    const asked = await createPeering(account, a.vpc.region, {
      vpcId: a.vpc.id,
      peerVpcId: b.vpc.id,
      peerRegion: b.vpc.region,
      tags: {},
    });
    await acceptPeering(account, b.vpc.region, asked.id);
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      for (const table of [from.privateTable, from.publicTable]) {
        await this.route(from, table, to.vpc.cidrBlock, asked.id);
      }
    }
  }

  route({ vpc }: LabVpc, { id }: RouteTable, destinationCidrBlock: string, vpcPeeringConnectionId: string) {
    return routing.createRoute(this.account, vpc.region, id, { destinationCidrBlock, vpcPeeringConnectionId });
  }

  /** Lets traffic in. */
  admit({ vpc, group }: LabVpc, permission: Permission): SecurityGroupRule {
    return newRule(this.account, vpc.region, { securityGroupId: group.id, isEgress: false, permission });
  }

  /** Takes a rule away. */
  revoke({ kind, id }: SecurityGroupRule): void {
    this.account.remove(kind, id);
  }

  /** A load balancer, a Network Load Balancer unless told otherwise, whose targets are the VPC's instances; its DNS name. */
  async balance(
    { cluster, instances }: LabVpc,
    options: { readonly internal?: boolean; readonly type?: "classic" } = {},
  ): Promise<string> {
    const [given] = await new ElasticLoadBalancing(this.account, cluster).ensure(
      {
        name: `nlb${cluster.vpcId.slice(-8)}`,
        service: "mesh/gateway",
        type: options.type ?? "network",
        internal: options.internal ?? true,
        ports: [{ port: 15443, nodePort: 31443, protocol: "tcp" }],
        sourceRanges: ["0.0.0.0/0"],
        tags: {},
        instanceIds: instances.map(({ id }) => id),
        crossZone: false,
        healthCheck: { protocol: "tcp", interval: 30, timeout: 10, healthyThreshold: 3, unhealthyThreshold: 3 },
      },
      new AbortController().signal,
    );
    return given && "hostname" in given ? given.hostname : "";
  }

  /** Address of an instance. */
  address(instance: Instance): string {
    return this.interfaceOf(instance).privateIpAddress;
  }

  /** Primary interface of an instance. */
  interfaceOf({ interfaceId }: Instance): NetworkInterface {
    return this.account.must<NetworkInterface>("network-interface", interfaceId, "InvalidNetworkInterfaceID.NotFound");
  }

  /** Public address of a VPC's NAT gateway. */
  natAddress({ vpc }: LabVpc): string {
    const [found] = this.account.list<NetworkInterface>(
      "network-interface",
      (each) => each.vpcId === vpc.id && each.description.includes("NAT"),
    );
    return found?.publicIp ?? "";
  }

  private async wayOut(region: string, vpc: Vpc, [a, b, c, d]: readonly Subnet[]) {
    const { account } = this;
    const internet = await gateways.createInternetGateway(account, region, {});
    await gateways.attachInternetGateway(account, region, internet.id, vpc.id);
    const table = async (
      target: { gatewayId?: string; natGatewayId?: string },
      subnets: readonly (Subnet | undefined)[],
    ) => {
      const made = await routing.createRouteTable(account, region, { vpcId: vpc.id, tags: {} });
      await routing.createRoute(account, region, made.id, { destinationCidrBlock: "0.0.0.0/0", ...target });
      for (const each of subnets) {
        await routing.associateRouteTable(account, region, { routeTableId: made.id, subnetId: each?.id ?? "" });
      }
      return made;
    };
    const publicTable = await table({ gatewayId: internet.id }, [c, d]);
    const address = await gateways.allocateAddress(account, region, {});
    const nat = await gateways.createNatGateway(account, region, {
      subnetId: c?.id ?? "",
      connectivityType: "public",
      allocationId: address.id,
      tags: {},
    });
    return { privateTable: await table({ natGatewayId: nat.id }, [a, b]), publicTable };
  }

  private instance(region: string, subnet: Subnet | undefined, group: SecurityGroup, podCidr: string): Instance {
    const { account } = this;
    const primary = createNetworkInterface(account, region, {
      subnetId: subnet?.id ?? "",
      securityGroupIds: [group.id],
      description: "primary",
    });
    const id = account.newId("i");
    return account.put<Instance>({
      id,
      kind: "instance",
      region,
      state: "running",
      tags: {},
      clusterName: region,
      nodeGroup: "nodes",
      instanceType: "m5.large",
      spot: false,
      availabilityZone: primary.availabilityZone,
      interfaceId: primary.id,
      volumeId: "",
      podCidr,
      nodeName: `ip-${primary.privateIpAddress.replaceAll(".", "-")}.${region}.compute.internal`,
    });
  }

  private cluster(region: string, vpc: Vpc, subnets: readonly Subnet[], group: SecurityGroup): Cluster {
    const { account } = this;
    const interfaces = subnets
      .slice(0, 2)
      .map(({ id }) =>
        createNetworkInterface(account, region, { subnetId: id, securityGroupIds: [group.id], description: "EKS" }),
      );
    return account.put<Cluster>({
      id: account.arn("eks", region, `cluster/${region}`),
      kind: "eks-cluster",
      arn: account.arn("eks", region, `cluster/${region}`),
      region,
      tags: {},
      name: region,
      state: "ACTIVE",
      version: "1.35",
      roleArn: "",
      vpcId: vpc.id,
      subnetIds: subnets.map(({ id }) => id),
      securityGroupIds: [],
      clusterSecurityGroupId: group.id,
      interfaceIds: interfaces.map(({ id }) => id),
      endpointPrivateAccess: true,
      endpointPublicAccess: true,
      publicAccessCidrs: [],
      serviceCidr: "10.100.0.0/16",
      authenticationMode: "API",
      oidcId: account.newHex(32),
      createdAt: "",
      endpoint: `https://${account.newHex(32).toUpperCase()}.gr7.${region}.eks.amazonaws.com`,
      certificateAuthority: "",
    });
  }
}
