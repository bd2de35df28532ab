import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { SubnetPlan } from "../plan/addresses";
import type { EksClusterPlan } from "../plan/cluster";

/** What the network of a cluster is made of. */
export interface NetworkArgs {
  /** Addresses and names. Nodes of a group in public subnets make these hand out public addresses. */
  readonly plan: Pick<EksClusterPlan, "name" | "vpcCidr" | "zones" | "subnets" | "eksName" | "nodeGroups">;
  /** Availability zones of the region in which EKS can run today, for subnets whose plan names none. */
  readonly zones: pulumi.Input<readonly string[]>;
}

type Visibility = "private" | "public";

/** The role of subnets by which the controller of load balancers finds its own (EKS user guide, network-load-balancing). */
const balancerRoles: Readonly<Record<Visibility, string>> = { private: "internal-elb", public: "elb" };

/** A route table in use: with its way out, by the subnets that take it. */
interface TableInUse {
  readonly routeTable: aws.ec2.RouteTable;
  /** What must be there for its subnets to reach the internet. */
  readonly reach: pulumi.Resource[];
}

/**
 * The VPC of one cluster: private subnets for nodes and pods, public ones for the NAT gateway and internet-facing load
 * balancers, each in two availability zones. One NAT gateway serves both zones: a lab pays for one and can do without the
 * other.
 */
export class Network extends pulumi.ComponentResource {
  /** The VPC, for peering and for the cluster. */
  public readonly vpcId: pulumi.Output<string>;
  /** One in each zone: for nodes, their pods and internal load balancers. */
  public readonly privateSubnetIds: pulumi.Output<string>[];
  /** One in each zone: for the NAT gateway, internet-facing load balancers and nodes that want a public address. */
  public readonly publicSubnetIds: pulumi.Output<string>[];
  /** Address with which the nodes appear on the internet. */
  public readonly natAddress: pulumi.Output<string>;
  /** Tables that need a route to each peer. */
  public readonly routeTables: { readonly private: aws.ec2.RouteTable; readonly public: aws.ec2.RouteTable };
  /** What nodes need to pull images: they must not start before, nor lose it while they run. */
  public readonly nodeEgress: pulumi.Resource[];
  /** What an internet-facing load balancer needs: AWS creates none without, and lets it go only after the balancer. */
  public readonly publicAccess: pulumi.Resource[];

  constructor(
    private readonly prefix: string,
    private readonly args: NetworkArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:network:Network", prefix, {}, opts);
    const vpc = this.makeVpc();
    const internet = this.internetGateway(vpc);
    const publicSubnets = this.subnets(vpc, "public");
    const privateSubnets = this.subnets(vpc, "private");
    const outward = this.routes(vpc, "public", { gatewayId: internet.id }, publicSubnets);
    const { nat, address } = this.natGateway(internet, publicSubnets, outward);
    const inward = this.routes(vpc, "private", { natGatewayId: nat.id }, privateSubnets);

    this.vpcId = vpc.id;
    this.privateSubnetIds = privateSubnets.map(({ id }) => id);
    this.publicSubnetIds = publicSubnets.map(({ id }) => id);
    this.natAddress = address.publicIp;
    this.routeTables = { private: inward.routeTable, public: outward.routeTable };
    // The NAT gateway itself goes out by the public table.
    this.nodeEgress = [...inward.reach, ...outward.reach];
    this.publicAccess = outward.reach;
    this.registerOutputs({ vpcId: this.vpcId, natAddress: this.natAddress });
  }

  private makeVpc(): aws.ec2.Vpc {
    const { vpcCidr, eksName } = this.args.plan;
    return new aws.ec2.Vpc(
      this.prefix,
      // EKS needs both DNS attributes (EKS user guide, network-reqs).
      { cidrBlock: vpcCidr, enableDnsHostnames: true, enableDnsSupport: true, tags: { Name: eksName } },
      { parent: this },
    );
  }

  private internetGateway(vpc: aws.ec2.Vpc): aws.ec2.InternetGateway {
    const tags = { Name: this.args.plan.eksName };
    return new aws.ec2.InternetGateway(this.prefix, { vpcId: vpc.id, tags }, { parent: this });
  }

  private subnets(vpc: aws.ec2.Vpc, kind: Visibility): aws.ec2.Subnet[] {
    const { subnets, zones, eksName, nodeGroups } = this.args.plan;
    // Without it nodes in a public subnet have no way out (EKS user guide, create-managed-node-group).
    const addresses = kind === "public" && nodeGroups.some((group) => group.subnets === "public");
    return subnets[kind].map(
      (subnet) =>
        new aws.ec2.Subnet(
          `${this.prefix}-${kind}-${subnet.zone}`,
          {
            vpcId: vpc.id,
            cidrBlock: subnet.cidr,
            availabilityZone: zones?.[subnet.zone] ?? zoneOf(subnet, this.args.zones),
            ...(addresses ? { mapPublicIpOnLaunch: true } : {}),
            tags: {
              Name: `${eksName}-${kind}-${subnet.zone}`,
              [`kubernetes.io/role/${balancerRoles[kind]}`]: "1",
              [`kubernetes.io/cluster/${eksName}`]: "shared",
            },
          },
          // A subnet stays where it is: another list of zones tomorrow would replace it, and all that is in it.
          { parent: this, ignoreChanges: zones ? [] : ["availabilityZone"] },
        ),
    );
  }

  /** A route table with a way out for `members`. */
  private routes(
    vpc: aws.ec2.Vpc,
    kind: Visibility,
    gateway: Partial<aws.ec2.RouteArgs>,
    members: readonly aws.ec2.Subnet[],
  ): TableInUse {
    const name = `${this.prefix}-${kind}`;
    const child = { parent: this };
    const tags = { Name: `${this.args.plan.eksName}-${kind}` };
    const routeTable = new aws.ec2.RouteTable(name, { vpcId: vpc.id, tags }, child);
    const route = new aws.ec2.Route(
      `${name}-default`,
      { routeTableId: routeTable.id, destinationCidrBlock: "0.0.0.0/0", ...gateway },
      child,
    );
    const associations = members.map(
      (subnet, zone) =>
        new aws.ec2.RouteTableAssociation(
          `${name}-${zone}`,
          { routeTableId: routeTable.id, subnetId: subnet.id },
          { ...child, dependsOn: route },
        ),
    );
    return { routeTable, reach: [route, ...associations] };
  }

  private natGateway(
    internet: aws.ec2.InternetGateway,
    [subnet]: readonly aws.ec2.Subnet[],
    outward: TableInUse,
  ): { readonly nat: aws.ec2.NatGateway; readonly address: aws.ec2.Eip } {
    const { name, eksName } = this.args.plan;
    if (!subnet) throw new Error(`the plan of ${name} has no public subnet`);
    const address = new aws.ec2.Eip(
      `${this.prefix}-nat`,
      { domain: "vpc", tags: { Name: `${eksName}-nat` } },
      // AWS detaches an internet gateway only when no public address is mapped in the VPC.
      { parent: this, dependsOn: internet },
    );
    const nat = new aws.ec2.NatGateway(
      this.prefix,
      { allocationId: address.allocationId, subnetId: subnet.id, tags: { Name: eksName } },
      // Once its own subnet has its way out; docs/decisions/order.md says what that does for the way down.
      { parent: this, dependsOn: outward.reach },
    );
    return { nat, address };
  }
}

function zoneOf(subnet: SubnetPlan, zones: pulumi.Input<readonly string[]>): pulumi.Output<string> {
  return pulumi.output(zones).apply((names) => {
    const zone = names[subnet.zone];
    if (!zone) {
      throw new pulumi.RunError(
        `The region offers ${names.length} availability zones in which EKS can run and the lab needs two. ` +
          "Choose another region in `clusters`.",
      );
    }
    return zone;
  });
}
