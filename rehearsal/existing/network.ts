import type { AwsAccount, Region } from "../aws/account/account";
import { allocateAddress, attachInternetGateway, createInternetGateway, createNatGateway } from "../aws/ec2/gateways";
import type { RouteTarget } from "../aws/ec2/items";
import { everywhere } from "../aws/ec2/networks";
import { associateRouteTable, createRoute, createRouteTable } from "../aws/ec2/routing";
import { createSubnet, createVpc } from "../aws/ec2/vpc";
import { zonesOf } from "../aws/ec2/zones";
import { clusterTag } from "../aws/eks/lookup";
import type { NetworkPlan, PlannedCluster } from "./plan";

/** A network that is there. */
export interface MadeNetwork {
  readonly vpcId: string;
  /** Ids of the private subnets of a cluster, by its name. */
  readonly subnetIds: ReadonlyMap<string, readonly string[]>;
}

/** Makes a VPC with a way to the internet, and in it the subnets of its clusters. */
export async function makeNetwork(account: AwsAccount, region: Region, plan: NetworkPlan): Promise<MadeNetwork> {
  const { id: vpcId } = await createVpc(account, region, {
    cidrBlock: plan.cidr,
    instanceTenancy: "default",
    enableDnsHostnames: true,
    enableDnsSupport: true,
    tags: { Name: "existing" },
  });
  const gateway = await createInternetGateway(account, region, {});
  await attachInternetGateway(account, region, gateway.id, vpcId);
  const shared = plan.clusters.map(({ controlPlane: name }) => [clusterTag({ name }), "shared"]);
  const publicTags = { ...Object.fromEntries(shared), "kubernetes.io/role/elb": "1" };
  const maker = new SubnetMaker(account, region, vpcId);
  const publicIds = await maker.subnets(plan.publicSubnets, publicTags, { gatewayId: gateway.id });
  const address = await allocateAddress(account, region, {});
  const nat = await createNatGateway(account, region, {
    subnetId: publicIds[0] ?? "",
    connectivityType: "public",
    allocationId: address.id,
    tags: {},
  });
  const ofClusters = await Promise.all(
    plan.clusters.map(async ({ name, subnets, controlPlane }: PlannedCluster) => {
      const tags = { [clusterTag({ name: controlPlane })]: "shared" };
      return [name, await maker.subnets(subnets, tags, { natGatewayId: nat.id })] as const;
    }),
  );
  return { vpcId, subnetIds: new Map(ofClusters) };
}

/** Makes subnets of one VPC. */
class SubnetMaker {
  constructor(
    private readonly account: AwsAccount,
    private readonly region: Region,
    private readonly vpcId: string,
  ) {}

  /**
   * One in each zone, with a route table in common.
   *
   * @param wayOut where their default route leads
   */
  async subnets(cidrs: readonly string[], tags: Record<string, string>, wayOut: RouteTarget): Promise<string[]> {
    const { account, region, vpcId } = this;
    const table = await createRouteTable(account, region, { vpcId, tags: {} });
    await createRoute(account, region, table.id, { destinationCidrBlock: everywhere, ...wayOut });
    const zones = zonesOf(region);
    return Promise.all(
      cidrs.map(async (cidrBlock, index) => {
        const availabilityZone = zones[index]?.name ?? "";
        const { id } = await createSubnet(account, region, {
          ...{ vpcId, cidrBlock, availabilityZone, tags },
          mapPublicIpOnLaunch: false,
        });
        await associateRouteTable(account, region, { routeTableId: table.id, subnetId: id });
        return id;
      }),
    );
  }
}
