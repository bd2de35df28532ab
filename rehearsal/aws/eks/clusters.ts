import { UserError } from "../../errors";
import type { Region, Tags } from "../account/account";
import { AwsError } from "../account/errors";
import { installAddon } from "../cluster/addons";
import { createNetworkInterface, deleteNetworkInterface, interfacesOf } from "../ec2/interfaces";
import type { SecurityGroup, SecurityGroupRule } from "../ec2/items";
import { newRule, newSecurityGroup, removeSecurityGroup } from "../ec2/security-groups";
import { checkCluster, checkEndpoint, invalid } from "./cluster-checks";
import type { ControlPlane } from "./control-planes";
import type { Eks } from "./eks";
import type { AccessEntry, AuthenticationMode, Cluster, NodeGroup } from "./items";
import { clusterTag } from "./load-balancing";
import { addonVersions, minorsAhead, requireVersion } from "./versions";

export interface EndpointAccess {
  readonly endpointPrivateAccess: boolean;
  readonly endpointPublicAccess: boolean;
  /** Ranges that may reach the public endpoint. */
  readonly publicAccessCidrs: readonly string[];
}

export interface ClusterArgs extends EndpointAccess {
  readonly name: string;
  readonly version: string;
  readonly roleArn: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  /** Default: one of EKS's two, outside of the VPC. */
  readonly serviceCidr: string | undefined;
  readonly authenticationMode: AuthenticationMode;
  /** Whether EKS puts vpc-cni, kube-proxy and coredns into the cluster by itself. */
  readonly bootstrapSelfManagedAddons: boolean;
  readonly tags: Tags;
}

/** Who makes things in the emulated account. */
const creator = "user/rehearsal";

/** @throws AwsError ResourceNotFoundException */
export function requireCluster(eks: Eks, region: Region, name: string): Cluster {
  const found = findCluster(eks, region, name);
  if (found) return found;
  throw new AwsError("ResourceNotFoundException", `No cluster found for name: ${name}.`, "eks-not-found");
}

export function findCluster(eks: Eks, region: Region, name: string): Cluster | undefined {
  return eks.account.list<Cluster>("eks-cluster", (each) => each.region === region && each.name === name)[0];
}

/** Resolves when the cluster is ACTIVE and its API answers. */
export async function createCluster(eks: Eks, region: Region, args: ClusterArgs): Promise<Cluster> {
  const { account } = eks;
  let starting: Promise<ControlPlane> | undefined;
  const cluster = await account.call("eks:CreateCluster", subject(region, args.name), () => {
    const { vpc, subnets, serviceCidr } = checkCluster(account, region, args);
    if (eks.controlPlanes.get(args.name)) {
      throw new UserError(
        `Two clusters are called ${args.name}: AWS allows it in two regions, the rehearsal keeps clusters apart by name. ` +
          "Give them different names.",
      );
    }
    // While AWS takes its minutes, the real control plane starts.
    starting = eks.controlPlanes.create({ name: args.name, version: args.version, serviceCidr });
    starting.catch(() => {});
    const arn = account.arn("eks", region, `cluster/${args.name}`);
    const group = clusterGroup(eks, region, args.name, vpc.id);
    const interfaces = subnets.map(({ id }) =>
      createNetworkInterface(account, region, {
        subnetId: id,
        securityGroupIds: [group.id, ...args.securityGroupIds],
        description: `Amazon EKS ${args.name}`,
      }),
    );
    return account.put<Cluster>({
      id: arn,
      kind: "eks-cluster",
      region,
      arn,
      state: "CREATING",
      tags: { ...args.tags },
      description: args.name,
      name: args.name,
      version: requireVersion(args.version),
      roleArn: args.roleArn,
      vpcId: vpc.id,
      subnetIds: [...args.subnetIds],
      securityGroupIds: [...args.securityGroupIds],
      clusterSecurityGroupId: group.id,
      interfaceIds: interfaces.map(({ id }) => id),
      ...access(args),
      serviceCidr,
      authenticationMode: args.authenticationMode,
      oidcId: account.newHex(32).toUpperCase(),
      createdAt: new Date().toISOString(),
      endpoint: "",
      certificateAuthority: "",
    });
  });
  const plane = await starting?.catch((error) => {
    discard(eks, cluster);
    throw error;
  });
  if (!plane) throw new Error(`no control plane was started for ${args.name}`);
  Object.assign(cluster, { endpoint: plane.endpoint, certificateAuthority: plane.certificateAuthority });
  eks.startControllers(cluster);
  if (args.bootstrapSelfManagedAddons) await bootstrap(eks, cluster);
  if (args.authenticationMode !== "CONFIG_MAP")
    newEntry(eks, cluster, account.arn("iam", "global", creator), "STANDARD");
  cluster.state = "ACTIVE";
  return cluster;
}

/** Changes who reaches the API, in place. */
export async function updateEndpointAccess(eks: Eks, cluster: Cluster, wanted: EndpointAccess): Promise<void> {
  await eks.account.call("eks:UpdateClusterConfig", subject(cluster.region, cluster.name), () => {
    demandActive(cluster);
    checkEndpoint(wanted);
    cluster.state = "UPDATING";
    Object.assign(cluster, access(wanted));
  });
  cluster.state = "ACTIVE";
}

/** The version is what EKS says from then on; the control plane behind stays the same. */
export async function updateClusterVersion(eks: Eks, cluster: Cluster, version: string): Promise<void> {
  await eks.account.call("eks:UpdateClusterVersion", subject(cluster.region, cluster.name), () => {
    demandActive(cluster);
    const wanted = requireVersion(version);
    if (minorsAhead(cluster.version, wanted) !== 1) {
      throw invalid(
        `Unsupported Kubernetes minor version update from ${cluster.version} to ${wanted}`,
        "eks-upgrade-step",
      );
    }
    cluster.state = "UPDATING";
    cluster.version = wanted;
  });
  cluster.state = "ACTIVE";
}

/**
 * Takes the control plane away, and with it what runs in it: load balancers of Services that are still there stay behind.
 *
 * @throws AwsError ResourceInUseException while it has node groups
 */
export async function deleteCluster(eks: Eks, cluster: Cluster): Promise<void> {
  const { account } = eks;
  await account.call("eks:DeleteCluster", subject(cluster.region, cluster.name), async () => {
    if (account.list<NodeGroup>("eks-nodegroup", ofCluster(cluster)).length > 0) {
      throw new AwsError("ResourceInUseException", "Cluster has nodegroups attached", "eks-nodes-first");
    }
    cluster.state = "DELETING";
    await eks.stopControllers(cluster);
    await eks.controlPlanes.delete(cluster.name);
  });
  discard(eks, cluster);
}

/** What EKS keeps of a cluster, and what it had in the VPC. */
function discard(eks: Eks, cluster: Cluster): void {
  const { account } = eks;
  for (const id of cluster.interfaceIds) deleteNetworkInterface(account, id);
  removeUnusedGroup(eks, cluster);
  for (const kind of ["eks-addon", "eks-access-entry", "eks-pod-identity-association"]) {
    for (const item of account.list(kind, ofCluster(cluster))) account.remove(kind, item.id);
  }
  account.remove(cluster.kind, cluster.id);
}

/** Whether an item belongs to the cluster. */
export function ofCluster(cluster: Cluster) {
  return (item: { readonly region: Region; readonly clusterName?: unknown }): boolean =>
    item.region === cluster.region && item.clusterName === cluster.name;
}

/** An access entry, at once; those that EKS makes by itself come with the cluster and go with it. */
export function newEntry(eks: Eks, cluster: Cluster, principalArn: string, type: string): AccessEntry {
  const id = `${cluster.arn} ${principalArn}`;
  return eks.account.put<AccessEntry>({
    id,
    kind: "eks-access-entry",
    region: cluster.region,
    arn: eks.account.arn("eks", cluster.region, `access-entry/${cluster.name}/${eks.account.newHex(32)}`),
    state: "available",
    implicit: true,
    tags: {},
    clusterName: cluster.name,
    principalArn,
    type,
    userName: type === "STANDARD" ? principalArn : "system:node:{{EC2PrivateDNSName}}",
    kubernetesGroups: type === "STANDARD" ? [] : ["system:nodes"],
    policies: [],
  });
}

/** @throws AwsError ResourceInUseException */
export function demandActive(cluster: Cluster): void {
  if (cluster.state === "ACTIVE") return;
  throw new AwsError(
    "ResourceInUseException",
    `The cluster ${cluster.name} is ${cluster.state} and takes no other change`,
    "eks-active",
  );
}

/** The same in every run, for jitter and faults. */
export function subject(region: Region, ...names: readonly string[]): string {
  return [region, ...names].join(" ");
}

function access({ endpointPrivateAccess, endpointPublicAccess, publicAccessCidrs }: EndpointAccess) {
  const cidrs = publicAccessCidrs.length > 0 || !endpointPublicAccess ? publicAccessCidrs : ["0.0.0.0/0"];
  return { endpointPrivateAccess, endpointPublicAccess, publicAccessCidrs: [...cidrs] };
}

/** EKS user guide, sec-group-reqs: all from itself, all out. */
function clusterGroup(eks: Eks, region: Region, name: string, vpcId: string): SecurityGroup {
  const { account } = eks;
  const group = newSecurityGroup(account, region, {
    name: `eks-cluster-sg-${name}-${Number.parseInt(account.newHex(8), 16)}`,
    description:
      "EKS created security group applied to ENI that is attached to EKS Control Plane master nodes, as well as any " +
      "managed workloads.",
    vpcId,
    tags: { [clusterTag({ name })]: "owned", "aws:eks:cluster-name": name },
  });
  newRule(account, region, {
    securityGroupId: group.id,
    isEgress: false,
    permission: { ipProtocol: "-1", referencedSecurityGroupId: group.id },
  });
  return group;
}

/** What uses or names the group keeps it, and then it stays behind for good. */
function removeUnusedGroup(eks: Eks, cluster: Cluster): void {
  const { account } = eks;
  const id = cluster.clusterSecurityGroupId;
  const used = interfacesOf(account, { vpcId: cluster.vpcId }).some((each) => each.securityGroupIds.includes(id));
  const named = account.list<SecurityGroupRule>(
    "security-group-rule",
    ({ permission, securityGroupId }) => permission.referencedSecurityGroupId === id && securityGroupId !== id,
  );
  const group = account.get<SecurityGroup>("security-group", id);
  if (group && !used && named.length === 0) removeSecurityGroup(account, group);
}

async function bootstrap(eks: Eks, cluster: Cluster): Promise<void> {
  for (const addon of ["vpc-cni", "kube-proxy", "coredns"] as const) {
    await installAddon(eks.kube(cluster), addon, {
      version: addonVersions(addon, cluster.version).default,
      configuration: {},
      serviceCidr: cluster.serviceCidr,
      region: cluster.region,
    });
  }
}
