import type { AwsAccount, Region } from "../account/account";
import { findCni } from "../cluster/cni";
import { newInstanceProfile, removeInstanceProfile, roleByArn } from "../iam/roles";
import { newEntry } from "./access-entries";
import { drainNodes } from "./drain-nodes";
import type { Eks } from "./eks";
import { instancesOf, joinNodes, launchInstances, terminate } from "./instances";
import type { Cluster, HealthIssue, NodeGroup, Scaling, UsedTemplate } from "./items";
import { findAccessEntry, requireActive, requireCluster, subject } from "./lookup";
import { checkNodeGroup, checkNodeVersion, checkScaling } from "./node-group-checks";
import { nodeIssue } from "./node-health";
import { replaceNodes } from "./node-upgrade";
import type { NodeGroupArgs } from "./requests";
import { releaseVersion, requireVersion } from "./versions";

/** AWS seconds after which EKS gives nodes up that have not become Ready: its longest, of 15 to 35 minutes seen. */
const patience = 25 * 60;

/** Resolves when it is ACTIVE or CREATE_FAILED: its `issues` then say why. */
export async function createNodeGroup(eks: Eks, region: Region, args: NodeGroupArgs): Promise<NodeGroup> {
  const { account } = eks;
  const started = account.clock.now();
  const cluster = requireCluster(account, region, args.clusterName);
  const group = await account.call("eks:CreateNodegroup", subject(region, cluster.name, args.name), () => {
    requireActive(cluster);
    checkNodeGroup(account, cluster, args);
    const made = newNodeGroup(account, cluster, args);
    allowNodes(account, cluster, args.nodeRoleArn);
    newInstanceProfile(account, profileOf(made), roleByArn(account, args.nodeRoleArn)?.id ?? "").implicit = true;
    launchInstances(account, cluster, made);
    return made;
  });
  await settle(eks, cluster, group, started + patience);
  group.state = group.issues.length > 0 ? "CREATE_FAILED" : "ACTIVE";
  return group;
}

/** Scales the group in place. */
export async function scaleNodeGroup(eks: Eks, group: NodeGroup, scaling: Scaling): Promise<void> {
  const { account } = eks;
  const cluster = requireCluster(account, group.region, group.clusterName);
  const gone = await account.call("eks:UpdateNodegroupConfig", subjectOf(group), () => {
    checkScaling(scaling);
    group.state = "UPDATING";
    group.scaling = { ...scaling };
    launchInstances(account, cluster, group);
    return instancesOf(account, group).slice(scaling.desiredSize);
  });
  await drainNodes(eks, cluster, gone, { force: true });
  await terminate(eks, cluster, group, gone);
  await settle(eks, cluster, group, account.clock.now() + patience);
  group.state = "ACTIVE";
}

/** Labels and taints that Nodes carry from then on; Nodes that are there keep theirs. */
export async function relabelNodeGroup(
  eks: Eks,
  group: NodeGroup,
  change: Pick<NodeGroupArgs, "labels" | "taints">,
): Promise<void> {
  await eks.account.call("eks:UpdateNodegroupConfig", subjectOf(group), () => {
    group.labels = { ...change.labels };
    group.taints = [...change.taints];
  });
}

/**
 * Replaces the nodes by newer ones.
 *
 * @returns why the update failed, if it did; the group then has nodes of both kinds and its old version
 */
export async function updateNodeGroupVersion(
  eks: Eks,
  group: NodeGroup,
  change: { readonly version: string; readonly launchTemplate?: UsedTemplate },
): Promise<HealthIssue | undefined> {
  const { account } = eks;
  const cluster = requireCluster(account, group.region, group.clusterName);
  const before = { version: group.version, releaseVersion: group.releaseVersion, launchTemplate: group.launchTemplate };
  await account.call("eks:UpdateNodegroupVersion", subjectOf(group), () => {
    checkNodeVersion(cluster, change.version);
    group.state = "UPDATING";
    group.version = requireVersion(change.version);
    group.releaseVersion = releaseVersion(group.version);
    if (change.launchTemplate) group.launchTemplate = change.launchTemplate;
  });
  const issue = await replaceNodes(eks, cluster, group);
  if (issue) Object.assign(group, before);
  group.state = "ACTIVE";
  return issue;
}

/** Drains the nodes as far as disruption budgets let it, ends the instances and all that EKS made for them. */
export async function deleteNodeGroup(eks: Eks, group: NodeGroup): Promise<void> {
  const { account } = eks;
  const cluster = requireCluster(account, group.region, group.clusterName);
  const instances = instancesOf(account, group);
  await account.call("eks:DeleteNodegroup", subjectOf(group), async () => {
    group.state = "DELETING";
    await drainNodes(eks, cluster, instances, { force: true });
  });
  await terminate(eks, cluster, group, instances);
  removeInstanceProfile(account, profileOf(group));
  account.remove(group.kind, group.id);
}

function newNodeGroup(account: AwsAccount, cluster: Cluster, args: NodeGroupArgs): NodeGroup {
  const { name, launchTemplate } = args;
  const { region } = cluster;
  const uid = [8, 4, 4, 4, 12].map((length) => account.newHex(length)).join("-");
  const arn = account.arn("eks", region, `nodegroup/${cluster.name}/${name}/${uid}`);
  return account.put<NodeGroup>({
    id: arn,
    kind: "eks-nodegroup",
    region,
    arn,
    state: "CREATING",
    tags: { ...args.tags },
    description: `${cluster.name}/${name}`,
    name,
    clusterName: cluster.name,
    version: requireVersion(args.version),
    releaseVersion: releaseVersion(requireVersion(args.version)),
    nodeRoleArn: args.nodeRoleArn,
    subnetIds: [...args.subnetIds],
    instanceTypes: [...args.instanceTypes],
    amiType: args.amiType,
    capacityType: args.capacityType,
    // EKS's default for Linux; with a template it is the template's to say.
    diskSize: launchTemplate ? 0 : (args.diskSize ?? 20),
    scaling: { ...args.scaling },
    labels: { ...args.labels },
    taints: [...args.taints],
    ...(launchTemplate ? { launchTemplate } : {}),
    autoScalingGroup: `eks-${name}-${uid}`,
    issues: [],
  });
}

/** EKS lets the nodes' role in by itself (EKS user guide, access-entries). */
function allowNodes(account: AwsAccount, cluster: Cluster, roleArn: string): void {
  if (cluster.authenticationMode === "CONFIG_MAP") return;
  if (!findAccessEntry(account, cluster, roleArn)) newEntry(account, cluster, roleArn, "EC2_LINUX");
}

/** Waits until nothing is in the way of the nodes, then makes them. What still is at `deadline` is the group's issue. */
async function settle(eks: Eks, cluster: Cluster, group: NodeGroup, deadline: number): Promise<void> {
  const { account } = eks;
  let issue: HealthIssue | undefined;
  for (;;) {
    // Where instances could not be started, it is tried again and again.
    issue =
      launchInstances(account, cluster, group) ?? nodeIssue(account, cluster, group, await findCni(eks.kube(cluster)));
    const left = deadline - account.clock.now();
    if (!issue || left <= 0) break;
    await account.sleep(Math.min(10, left));
  }
  if (!issue) await joinNodes(eks, cluster, group);
  group.issues = issue ? [issue] : [];
}

/** EKS makes an instance profile for each group, and calls both by one id. */
function profileOf({ name, autoScalingGroup }: NodeGroup): string {
  return autoScalingGroup.replace(`eks-${name}-`, "eks-");
}

function subjectOf({ region, clusterName, name }: NodeGroup): string {
  return subject(region, clusterName, name);
}
