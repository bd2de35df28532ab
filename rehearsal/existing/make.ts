import type { AwsAccount, Region } from "../aws/account/account";
import { addonIssue, installAddon } from "../aws/cluster/addons";
import { newRule } from "../aws/ec2/security-groups";
import { createCluster } from "../aws/eks/clusters";
import type { BalancerKind, Eks } from "../aws/eks/eks";
import type { Cluster } from "../aws/eks/items";
import { findCluster } from "../aws/eks/lookup";
import { createNodeGroup } from "../aws/eks/node-groups";
import { addonVersions, defaultKubernetesVersion } from "../aws/eks/versions";
import { attachRolePolicy, createRole } from "../aws/iam/roles";
import { UserError } from "../base/user-error";
import { makeNetwork } from "./network";
import { type ExistingPlan, machine, type NetworkPlan, type PlannedCluster, plannedClusters } from "./plan";

/** ARNs of what every cluster and every node acts by. */
interface Roles {
  readonly cluster: string;
  readonly node: string;
}

/** Tag that says what Services of type LoadBalancer get in a cluster. */
const balancerTag = "balancers";

const balancers: Readonly<Record<PlannedCluster["gateways"], BalancerKind>> = {
  "load-balancer": "addresses",
  "load-balancer-name": "name",
  "node-ports": "none",
};

/** What Services of type LoadBalancer get in a cluster, one of these or another. */
export function balancersOf({ tags }: Pick<Cluster, "tags">): BalancerKind {
  return Object.values(balancers).find((kind) => kind === tags[balancerTag]) ?? "name";
}

/** Whether a cluster of the account is one that is there before the lab. */
export function wasThere({ tags }: Pick<Cluster, "tags">): boolean {
  return balancerTag in tags;
}

/** Makes the clusters with their networks, unless they are there; resolves when their nodes are Ready and names resolve. */
export async function makeExisting(eks: Eks, plan: ExistingPlan): Promise<void> {
  const { account } = eks;
  const [first] = plannedClusters(plan);
  if (!first || findCluster(account, plan.region, first.controlPlane)) return;
  const roles = await makeRoles(account);
  await Promise.all(
    plan.networks.map(async (network) => {
      const { vpcId, subnetIds } = await makeNetwork(account, plan.region, network);
      await Promise.all(
        network.clusters.map((cluster) =>
          makeCluster(eks, plan.region, {
            cluster,
            network,
            roles,
            subnetIds: subnetIds.get(cluster.name) ?? [],
            vpcId,
          }),
        ),
      );
    }),
  );
}

/** What a cluster is made of. */
interface Parts {
  readonly cluster: PlannedCluster;
  readonly network: NetworkPlan;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly roles: Roles;
}

async function makeCluster(eks: Eks, region: Region, parts: Parts): Promise<void> {
  const { cluster: planned, network, subnetIds, roles } = parts;
  const made = await createCluster(eks, region, {
    name: planned.controlPlane,
    version: defaultKubernetesVersion,
    roleArn: roles.cluster,
    subnetIds,
    securityGroupIds: [],
    endpointPrivateAccess: true,
    endpointPublicAccess: true,
    publicAccessCidrs: [],
    serviceCidr: planned.serviceCidr,
    authenticationMode: "API",
    // They are installed below, with the MTU that the network is said to have.
    bootstrapSelfManagedAddons: false,
    tags: { [balancerTag]: balancers[planned.gateways] },
  });
  // Nobody stands between machines of one network.
  newRule(eks.account, region, {
    securityGroupId: made.clusterSecurityGroupId,
    isEgress: false,
    permission: { ipProtocol: "-1", cidrIpv4: network.cidr },
  });
  await installAddons(eks, made, planned);
  await makeNodes(eks, made, parts);
  await untilNamesResolve(eks, made);
}

async function installAddons(eks: Eks, cluster: Cluster, { mtu }: PlannedCluster): Promise<void> {
  const { version, serviceCidr, region } = cluster;
  const env = { AWS_VPC_ENI_MTU: String(mtu) };
  for (const addon of ["vpc-cni", "kube-proxy", "coredns"] as const) {
    const configuration = addon === "vpc-cni" ? { env } : {};
    await installAddon(eks.kube(cluster), addon, {
      version: addonVersions(addon, version).default,
      ...{ configuration, serviceCidr, region },
    });
  }
}

async function makeNodes(eks: Eks, cluster: Cluster, { cluster: planned, subnetIds, roles }: Parts): Promise<void> {
  const { issues } = await createNodeGroup(eks, cluster.region, {
    name: "nodes",
    clusterName: cluster.name,
    version: cluster.version,
    nodeRoleArn: roles.node,
    subnetIds,
    instanceTypes: [machine.instanceType],
    givenInstanceTypes: true,
    amiType: "AL2023_x86_64_STANDARD",
    capacityType: "ON_DEMAND",
    diskSize: undefined,
    remoteAccess: false,
    scaling: { minSize: 1, desiredSize: planned.nodes, maxSize: planned.nodes },
    labels: {},
    taints: [],
    launchTemplate: undefined,
    tags: {},
  });
  const [issue] = issues;
  if (issue) throw new UserError(`The cluster ${planned.name}, which was to be there, got no nodes: ${issue.message}`);
}

/** A cluster on which somebody installs something has DNS that answers. In real time, in which its pods start. */
async function untilNamesResolve(eks: Eks, cluster: Cluster): Promise<void> {
  const end = performance.now() + eks.nodes.patience * 1000;
  for (;;) {
    const issue = await addonIssue(eks.kube(cluster), "coredns");
    if (!issue) return;
    if (performance.now() > end) throw new UserError(`The cluster ${cluster.name} has no DNS: ${issue}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function makeRoles(account: AwsAccount): Promise<Roles> {
  const role = async (name: string, service: string, policies: readonly string[]) => {
    const { arn } = await createRole(account, {
      ...{ name, path: "/", description: "", permissionsBoundary: "", inlinePolicies: {}, tags: {} },
      maxSessionDuration: 3600,
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: service } }],
      }),
    });
    for (const policy of policies) await attachRolePolicy(account, name, `arn:aws:iam::aws:policy/${policy}`);
    return arn;
  };
  return {
    cluster: await role("existing-cluster", "eks.amazonaws.com", ["AmazonEKSClusterPolicy"]),
    node: await role("existing-node", "ec2.amazonaws.com", [
      "AmazonEKSWorkerNodePolicy",
      "AmazonEKS_CNI_Policy",
      "AmazonEC2ContainerRegistryPullOnly",
    ]),
  };
}
