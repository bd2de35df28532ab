/** An EKS without processes: clusters whose API is a map, on a VPC with a NAT gateway and public subnets. */
import { AwsAccount, type Faults } from "../../rehearsal/aws/account/account";
import { AwsClock } from "../../rehearsal/aws/account/clock";
import type { Connect } from "../../rehearsal/aws/cluster/kube";
import * as gateways from "../../rehearsal/aws/ec2/gateways";
import type { RouteTarget } from "../../rehearsal/aws/ec2/items";
import * as routing from "../../rehearsal/aws/ec2/routing";
import { createSubnet, createVpc } from "../../rehearsal/aws/ec2/vpc";
import { createCluster } from "../../rehearsal/aws/eks/clusters";
import type { ControlPlane, ControlPlaneMaker } from "../../rehearsal/aws/eks/control-planes";
import { Eks, type EksOptions } from "../../rehearsal/aws/eks/eks";
import { createNodeGroup } from "../../rehearsal/aws/eks/node-groups";
import type { ClusterArgs, NodeGroupArgs } from "../../rehearsal/aws/eks/requests";
import { attachRolePolicy, createRole } from "../../rehearsal/aws/iam/roles";
import { RunningKube } from "../support/kube";

export const region = "eu-west-1";
const clusterName = "one";

interface WorldOptions extends Omit<EksOptions, "controlPlanes" | "connect"> {
  /** Default: API servers that are maps. */
  readonly controlPlanes?: ControlPlaneMaker;
  /** How to talk to the control planes that are given. */
  readonly connect?: Connect;
  /** AWS seconds in a second. */
  readonly speed?: number;
  readonly faults?: Faults;
}

/** A VPC of two zones, roles, and an EKS with no cluster. */
export async function world(options: WorldOptions = {}) {
  const clock = new AwsClock(options.speed ?? 50_000, 1);
  const account = new AwsAccount({
    clock,
    quotas: { vcpus: 100 },
    ...(options.faults ? { faults: options.faults } : {}),
  });
  const kubes = new Map<string, RunningKube>();
  const planes = new Map<string, ControlPlane>();
  const fakes: ControlPlaneMaker = {
    create: async (spec) => {
      const plane = { endpoint: "https://127.0.0.1:1", certificateAuthority: "Y2E=", kubeconfig: spec.name };
      planes.set(spec.name, plane);
      kubes.set(spec.name, new RunningKube());
      return plane;
    },
    get: (name) => planes.get(name),
    delete: async (name) => {
      planes.delete(name);
    },
  };
  const {
    controlPlanes = fakes,
    connect = (name) => kubes.get(name) ?? new RunningKube(),
    balancers,
    inCluster,
    neverReady,
  } = options;
  const eks = new Eks(account, {
    controlPlanes,
    connect,
    ...(balancers ? { balancers } : {}),
    ...(inCluster ? { inCluster } : {}),
    ...(neverReady ? { neverReady } : {}),
  });
  const network = await buildNetwork(account);
  const roles = {
    cluster: await buildRole(account, "cluster", "eks", ["AmazonEKSClusterPolicy"]),
    node: await buildRole(account, "node", "ec2", [
      ...["AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonEC2ContainerRegistryPullOnly"],
    ]),
  };
  const kube = () => {
    const found = kubes.get(clusterName);
    if (!found) throw new Error("no cluster was made");
    return found;
  };
  const cluster = (change: Partial<ClusterArgs> = {}) =>
    createCluster(eks, region, {
      name: clusterName,
      version: "1.35",
      roleArn: roles.cluster,
      subnetIds: network.private,
      securityGroupIds: [],
      endpointPrivateAccess: true,
      endpointPublicAccess: true,
      publicAccessCidrs: [],
      serviceCidr: "10.100.0.0/16",
      authenticationMode: "API",
      bootstrapSelfManagedAddons: false,
      tags: {},
      ...change,
    });
  const nodes = (change: Partial<NodeGroupArgs> = {}) =>
    createNodeGroup(eks, region, {
      name: "nodes",
      clusterName,
      version: "1.35",
      nodeRoleArn: roles.node,
      subnetIds: network.private,
      instanceTypes: ["m5.large"],
      givenInstanceTypes: true,
      amiType: "AL2023_x86_64_STANDARD",
      capacityType: "ON_DEMAND",
      diskSize: undefined,
      remoteAccess: false,
      scaling: { minSize: 1, desiredSize: 2, maxSize: 3 },
      labels: {},
      taints: [],
      launchTemplate: undefined,
      tags: {},
      ...change,
    });
  return { account, clock, eks, network, roles, kube, cluster, nodes };
}

async function buildNetwork(account: AwsAccount) {
  const vpc = await createVpc(account, region, {
    cidrBlock: "10.0.0.0/16",
    instanceTenancy: "default",
    enableDnsHostnames: true,
    enableDnsSupport: true,
    tags: {},
  });
  const subnet = (index: number, role: string) =>
    createSubnet(account, region, {
      vpcId: vpc.id,
      cidrBlock: `10.0.${index * 16}.0/20`,
      availabilityZone: `${region}${"ab"[index % 2]}`,
      mapPublicIpOnLaunch: false,
      tags: { [`kubernetes.io/role/${role}`]: "1", [`kubernetes.io/cluster/${clusterName}`]: "shared" },
    });
  const inside = [await subnet(0, "internal-elb"), await subnet(1, "internal-elb")].map(({ id }) => id);
  const outside = [await subnet(2, "elb"), await subnet(3, "elb")].map(({ id }) => id);
  const internet = await gateways.createInternetGateway(account, region, {});
  await gateways.attachInternetGateway(account, region, internet.id, vpc.id);
  const address = await gateways.allocateAddress(account, region, {});
  const table = async (target: RouteTarget, subnets: string[]) => {
    const made = await routing.createRouteTable(account, region, { vpcId: vpc.id, tags: {} });
    await routing.createRoute(account, region, made.id, { destinationCidrBlock: "0.0.0.0/0", ...target });
    for (const subnetId of subnets) {
      await routing.associateRouteTable(account, region, { routeTableId: made.id, subnetId });
    }
    return made;
  };
  await table({ gatewayId: internet.id }, outside);
  const nat = await gateways.createNatGateway(account, region, {
    subnetId: outside[0] ?? "",
    connectivityType: "public",
    allocationId: address.id,
    tags: {},
  });
  const privateTable = await table({ natGatewayId: nat.id }, inside);
  return { vpc, private: inside, public: outside, privateTable };
}

async function buildRole(account: AwsAccount, name: string, service: string, policies: string[]): Promise<string> {
  const role = await createRole(account, {
    name,
    path: "/",
    description: "",
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: `${service}.amazonaws.com` } }],
    }),
    maxSessionDuration: 3600,
    permissionsBoundary: "",
    inlinePolicies: {},
    tags: {},
  });
  for (const policy of policies) await attachRolePolicy(account, name, `arn:aws:iam::aws:policy/${policy}`);
  return role.arn;
}

/** Until `look` gives something. */
export async function eventually<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("it did not come");
}
