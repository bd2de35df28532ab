import { UserError } from "../../base/user-error";
import type { AwsAccount, Region } from "../account/account";
import { installAddon } from "../cluster/addons";
import { createNetworkInterface, deleteNetworkInterface } from "../ec2/interfaces";
import type { NetworkInterface } from "../ec2/items";
import { newEntry } from "./access-entries";
import { type CheckedCluster, checkCluster, checkEndpoint } from "./cluster-checks";
import { newClusterGroup, removeUnusedClusterGroup } from "./cluster-security-group";
import type { Eks } from "./eks";
import { invalidParameter, resourceInUse } from "./errors";
import type { Cluster, NodeGroup } from "./items";
import { ofCluster, requireActive, subject } from "./lookup";
import type { ClusterArgs, EndpointAccess } from "./requests";
import { addonVersions, minorsAhead, requireVersion } from "./versions";

/** Who makes things in the emulated account. */
const creator = "user/rehearsal";

/** Resolves when the cluster is ACTIVE and its API answers. */
export async function createCluster(eks: Eks, region: Region, args: ClusterArgs): Promise<Cluster> {
  const { account } = eks;
  const { cluster, starting } = await account.call("eks:CreateCluster", subject(region, args.name), () => {
    const checked = checkCluster(account, region, args);
    requireNewName(eks, args.name);
    const made = newCluster(account, region, args, checked);
    return { cluster: made, starting: startControlPlane(eks, made) };
  });
  const plane = await starting.catch((error) => {
    discard(eks, cluster);
    throw error;
  });
  cluster.endpoint = plane.endpoint;
  cluster.certificateAuthority = plane.certificateAuthority;
  eks.startControllers(cluster);
  if (args.bootstrapSelfManagedAddons) await bootstrap(eks, cluster);
  if (args.authenticationMode !== "CONFIG_MAP") {
    newEntry(account, cluster, account.arn("iam", "global", creator), "STANDARD");
  }
  cluster.state = "ACTIVE";
  return cluster;
}

/** Changes who reaches the API, in place. */
export async function updateEndpointAccess(eks: Eks, cluster: Cluster, wanted: EndpointAccess): Promise<void> {
  await eks.account.call("eks:UpdateClusterConfig", subject(cluster.region, cluster.name), () => {
    requireActive(cluster);
    checkEndpoint(wanted);
    cluster.state = "UPDATING";
    Object.assign(cluster, endpointAccess(wanted));
  });
  cluster.state = "ACTIVE";
}

/** The version is what EKS says from then on; the control plane behind stays the same. */
export async function updateClusterVersion(eks: Eks, cluster: Cluster, version: string): Promise<void> {
  await eks.account.call("eks:UpdateClusterVersion", subject(cluster.region, cluster.name), () => {
    requireActive(cluster);
    const wanted = requireVersion(version);
    if (minorsAhead(cluster.version, wanted) !== 1) {
      throw invalidParameter(
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
      throw resourceInUse("Cluster has nodegroups attached", "eks-nodes-first");
    }
    cluster.state = "DELETING";
    await eks.stopControllers(cluster);
    await eks.controlPlanes.delete(cluster.name);
  });
  discard(eks, cluster);
}

function requireNewName({ controlPlanes }: Eks, name: string): void {
  if (!controlPlanes.get(name)) return;
  throw new UserError(
    `Two clusters are called ${name}: AWS allows it in two regions, the rehearsal keeps clusters apart by name. ` +
      "Give them different names.",
  );
}

/** While AWS takes its minutes, the real control plane starts. */
function startControlPlane({ account, controlPlanes }: Eks, cluster: Cluster) {
  const { name, version, serviceCidr, endpoint } = cluster;
  const privateAddresses = interfaceAddresses(account, cluster);
  const starting = controlPlanes.create({ name, version, serviceCidr, endpoint, privateAddresses });
  // It may fail before anybody waits for it.
  starting.catch(() => {});
  return starting;
}

function newCluster(account: AwsAccount, region: Region, args: ClusterArgs, checked: CheckedCluster): Cluster {
  const { name } = args;
  const { vpc, subnets, serviceCidr } = checked;
  const arn = account.arn("eks", region, `cluster/${name}`);
  const group = newClusterGroup(account, region, name, vpc.id);
  const interfaces = subnets.map(({ id }) =>
    createNetworkInterface(account, region, {
      subnetId: id,
      securityGroupIds: [group.id, ...args.securityGroupIds],
      description: `Amazon EKS ${name}`,
    }),
  );
  return account.put<Cluster>({
    id: arn,
    kind: "eks-cluster",
    region,
    arn,
    state: "CREATING",
    tags: { ...args.tags },
    description: name,
    name,
    version: requireVersion(args.version),
    roleArn: args.roleArn,
    vpcId: vpc.id,
    subnetIds: [...args.subnetIds],
    securityGroupIds: [...args.securityGroupIds],
    clusterSecurityGroupId: group.id,
    interfaceIds: interfaces.map(({ id }) => id),
    ...endpointAccess(args),
    serviceCidr,
    authenticationMode: args.authenticationMode,
    oidcId: account.newHex(32).toUpperCase(),
    createdAt: new Date().toISOString(),
    endpoint: `https://${account.newHex(32).toUpperCase()}.gr7.${region}.eks.amazonaws.com`,
    certificateAuthority: "",
  });
}

function endpointAccess({ endpointPrivateAccess, endpointPublicAccess, publicAccessCidrs }: EndpointAccess) {
  const cidrs = publicAccessCidrs.length > 0 || !endpointPublicAccess ? publicAccessCidrs : ["0.0.0.0/0"];
  return { endpointPrivateAccess, endpointPublicAccess, publicAccessCidrs: [...cidrs] };
}

/** Where the API server is within its VPC. */
export function interfaceAddresses(account: AwsAccount, { interfaceIds }: Cluster): string[] {
  return interfaceIds.flatMap((id) => account.get<NetworkInterface>("network-interface", id)?.privateIpAddress ?? []);
}

/** What EKS puts into a cluster by itself. */
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

/** Removes what EKS keeps of a cluster, and what it had in the VPC. */
function discard({ account }: Eks, cluster: Cluster): void {
  for (const id of cluster.interfaceIds) deleteNetworkInterface(account, id);
  removeUnusedClusterGroup(account, cluster);
  for (const kind of ["eks-addon", "eks-access-entry", "eks-pod-identity-association"]) {
    for (const item of account.list(kind, ofCluster(cluster))) account.remove(kind, item.id);
  }
  account.remove(cluster.kind, cluster.id);
}
