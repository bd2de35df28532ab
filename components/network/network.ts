import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { SubnetPlan } from "../plan/addresses";
import type { ClusterPlan } from "../plan/cluster";

export interface NetworkArgs {
  readonly plan: Pick<ClusterPlan, "name" | "vpcCidr" | "subnets" | "eksName" | "nodeGroups">;
  /** Availability zones of the region in which EKS can run, at least as many as the plan has zones. */
  readonly zones: pulumi.Input<readonly string[]>;
}

/**
 * The VPC of one cluster: private subnets for nodes and pods, public ones for the NAT gateway and internet-facing load
 * balancers, each in two availability zones. One NAT gateway serves both zones: a lab pays for one and can do without the
 * other.
 */
export class Network extends pulumi.ComponentResource {
  public readonly vpcId: pulumi.Output<string>;
  public readonly privateSubnetIds: pulumi.Output<string>[];
  public readonly publicSubnetIds: pulumi.Output<string>[];
  /** Address with which the nodes appear on the internet. */
  public readonly natAddress: pulumi.Output<string>;
  /** Tables that need a route to each peer. */
  public readonly routeTables: { readonly private: aws.ec2.RouteTable; readonly public: aws.ec2.RouteTable };
  /** What nodes need to pull images: they must not start before, nor lose it while they run. */
  public readonly nodeEgress: pulumi.Resource[];
  /** What an internet-facing load balancer needs: AWS creates none without, and lets it go only after the balancer. */
  public readonly publicAccess: pulumi.Resource[];

  constructor(name: string, args: NetworkArgs, opts: pulumi.ComponentResourceOptions) {
    super("multicluster-lab:network:Network", name, {}, opts);
    const { plan } = args;
    const child = { parent: this };

    const vpc = new aws.ec2.Vpc(
      name,
      // EKS needs both DNS attributes (EKS user guide, network-reqs).
      { cidrBlock: plan.vpcCidr, enableDnsHostnames: true, enableDnsSupport: true, tags: { Name: plan.eksName } },
      child,
    );
    const internet = new aws.ec2.InternetGateway(name, { vpcId: vpc.id, tags: { Name: plan.eksName } }, child);

    // Without it nodes in a public subnet have no way out (EKS user guide, create-managed-node-group).
    const publicNodes = plan.nodeGroups.some((group) => group.subnets === "public");
    const subnets = (kind: "private" | "public", role: string) =>
      plan.subnets[kind].map(
        (subnet) =>
          new aws.ec2.Subnet(
            `${name}-${kind}-${subnet.zone}`,
            {
              vpcId: vpc.id,
              cidrBlock: subnet.cidr,
              availabilityZone: zoneOf(subnet, args.zones),
              ...(kind === "public" && publicNodes ? { mapPublicIpOnLaunch: true } : {}),
              // The controller of load balancers finds its subnets by these (EKS user guide, network-load-balancing).
              tags: {
                Name: `${plan.eksName}-${kind}-${subnet.zone}`,
                [`kubernetes.io/role/${role}`]: "1",
                [`kubernetes.io/cluster/${plan.eksName}`]: "shared",
              },
            },
            child,
          ),
      );
    const publicSubnets = subnets("public", "elb");
    const privateSubnets = subnets("private", "internal-elb");

    const table = (kind: "private" | "public", gateway: Partial<aws.ec2.RouteArgs>, members: aws.ec2.Subnet[]) => {
      const routeTable = new aws.ec2.RouteTable(
        `${name}-${kind}`,
        { vpcId: vpc.id, tags: { Name: `${plan.eksName}-${kind}` } },
        child,
      );
      const route = new aws.ec2.Route(
        `${name}-${kind}-default`,
        { routeTableId: routeTable.id, destinationCidrBlock: "0.0.0.0/0", ...gateway },
        child,
      );
      const associations = members.map(
        (subnet, zone) =>
          new aws.ec2.RouteTableAssociation(
            `${name}-${kind}-${zone}`,
            { routeTableId: routeTable.id, subnetId: subnet.id },
            { ...child, dependsOn: route },
          ),
      );
      return { routeTable, reach: [route, ...associations] };
    };
    const outward = table("public", { gatewayId: internet.id }, publicSubnets);
    const address = new aws.ec2.Eip(
      `${name}-nat`,
      { domain: "vpc", tags: { Name: `${plan.eksName}-nat` } },
      // AWS detaches an internet gateway only when no public address is mapped in the VPC.
      { ...child, dependsOn: internet },
    );
    const [natSubnet] = publicSubnets;
    if (!natSubnet) throw new Error(`the plan of ${plan.name} has no public subnet`);
    const nat = new aws.ec2.NatGateway(
      name,
      { allocationId: address.allocationId, subnetId: natSubnet.id, tags: { Name: plan.eksName } },
      // Once its own subnet has its way out; docs/decisions/order.md says what that does for the way down.
      { ...child, dependsOn: outward.reach },
    );
    const inward = table("private", { natGatewayId: nat.id }, privateSubnets);

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
