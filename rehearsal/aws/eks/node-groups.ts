import type { Region, Tags } from "../account/account";
import { AwsError } from "../account/errors";
import { drain, findCni, type Taint } from "../cluster/nodes";
import { newInstanceProfile, removeInstanceProfile, roleByArn } from "../iam/roles";
import { demandActive, newEntry, ofCluster, requireCluster, subject } from "./clusters";
import type { Eks } from "./eks";
import { instancesOf, joinNodes, launchInstances, terminate } from "./instances";
import type { AccessEntry, Cluster, HealthIssue, NodeGroup } from "./items";
import { checkNodeGroup, checkNodeVersion, checkScaling, obstacle } from "./node-group-checks";
import type { UsedTemplate } from "./templates";
import { releaseVersion, requireVersion } from "./versions";

export interface Scaling {
  readonly minSize: number;
  readonly maxSize: number;
  readonly desiredSize: number;
}

export interface NodeGroupArgs {
  readonly name: string;
  readonly clusterName: string;
  readonly version: string;
  readonly nodeRoleArn: string;
  readonly subnetIds: readonly string[];
  /** Never empty. */
  readonly instanceTypes: readonly string[];
  /** Whether the types were asked for, rather than EKS's default. */
  readonly givenInstanceTypes: boolean;
  readonly amiType: string;
  readonly capacityType: "ON_DEMAND" | "SPOT";
  /** GiB; undefined when not asked for. */
  readonly diskSize: number | undefined;
  readonly remoteAccess: boolean;
  readonly scaling: Scaling;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly launchTemplate: UsedTemplate | undefined;
  readonly tags: Tags;
}

/** AWS seconds after which EKS gives nodes up that have not become Ready: its longest, of 15 to 35 minutes seen. */
const patience = 25 * 60;

/** Resolves when it is ACTIVE or CREATE_FAILED: its `issues` then say why. */
export async function createNodeGroup(eks: Eks, region: Region, args: NodeGroupArgs): Promise<NodeGroup> {
  const { account } = eks;
  const started = account.clock.now();
  const cluster = requireCluster(eks, region, args.clusterName);
  const group = await account.call("eks:CreateNodegroup", subject(region, cluster.name, args.name), () => {
    demandActive(cluster);
    checkNodeGroup(eks, cluster, args);
    const { name, scaling, diskSize, launchTemplate } = args;
    const uid = [8, 4, 4, 4, 12].map((length) => account.newHex(length)).join("-");
    const arn = account.arn("eks", region, `nodegroup/${cluster.name}/${name}/${uid}`);
    const made = account.put<NodeGroup>({
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
      diskSize: launchTemplate ? 0 : (diskSize ?? 20),
      scaling: { ...scaling },
      labels: { ...args.labels },
      taints: [...args.taints],
      ...(launchTemplate ? { launchTemplate } : {}),
      autoScalingGroup: `eks-${name}-${uid}`,
      issues: [],
    });
    admitRole(eks, cluster, args.nodeRoleArn);
    newInstanceProfile(account, `eks-${uid}`, roleByArn(account, args.nodeRoleArn)?.id ?? "").implicit = true;
    launchInstances(eks, cluster, made);
    return made;
  });
  const issue = await settle(eks, cluster, group, started + patience);
  group.issues = issue ? [issue] : [];
  group.state = issue ? "CREATE_FAILED" : "ACTIVE";
  return group;
}

/** Scales the group in place. */
export async function scaleNodeGroup(eks: Eks, group: NodeGroup, scaling: Scaling): Promise<void> {
  const { account } = eks;
  const cluster = requireCluster(eks, group.region, group.clusterName);
  const gone = await account.call("eks:UpdateNodegroupConfig", subject(group.region, cluster.name, group.name), () => {
    checkScaling(scaling);
    group.state = "UPDATING";
    group.scaling = { ...scaling };
    launchInstances(eks, cluster, group);
    return instancesOf(eks, group).slice(scaling.desiredSize);
  });
  await drain(
    eks.kube(cluster),
    gone.map(({ nodeName }) => nodeName),
    timeOf(eks),
  );
  await terminate(eks, cluster, group, gone);
  const issue = await settle(eks, cluster, group, account.clock.now() + patience);
  group.issues = issue ? [issue] : [];
  group.state = "ACTIVE";
}

/** Labels and taints that Nodes carry from then on; Nodes that are there keep theirs. */
export async function relabelNodeGroup(
  eks: Eks,
  group: NodeGroup,
  change: Pick<NodeGroupArgs, "labels" | "taints">,
): Promise<void> {
  await eks.account.call("eks:UpdateNodegroupConfig", subject(group.region, group.clusterName, group.name), () => {
    group.labels = { ...change.labels };
    group.taints = [...change.taints];
  });
}

/** Replaces the nodes by newer ones; here they keep their names and addresses. */
export async function updateNodeGroupVersion(
  eks: Eks,
  group: NodeGroup,
  change: { readonly version: string; readonly launchTemplate?: UsedTemplate },
): Promise<void> {
  await eks.account.call("eks:UpdateNodegroupVersion", subject(group.region, group.clusterName, group.name), () => {
    checkNodeVersion(requireCluster(eks, group.region, group.clusterName), change.version);
    group.version = requireVersion(change.version);
    group.releaseVersion = releaseVersion(group.version);
    if (change.launchTemplate) group.launchTemplate = change.launchTemplate;
  });
}

/** Drains the nodes as far as disruption budgets let it, ends the instances and all that EKS made for them. */
export async function deleteNodeGroup(eks: Eks, group: NodeGroup): Promise<void> {
  const { account } = eks;
  const cluster = requireCluster(eks, group.region, group.clusterName);
  const instances = instancesOf(eks, group);
  await account.call("eks:DeleteNodegroup", subject(group.region, cluster.name, group.name), async () => {
    group.state = "DELETING";
    await drain(
      eks.kube(cluster),
      instances.map(({ nodeName }) => nodeName),
      timeOf(eks),
    );
  });
  await terminate(eks, cluster, group, instances);
  removeInstanceProfile(account, group.autoScalingGroup.replace(`eks-${group.name}-`, "eks-"));
  account.remove(group.kind, group.id);
}

/** @throws AwsError ResourceNotFoundException */
export function requireNodeGroup(eks: Eks, region: Region, clusterName: string, name: string): NodeGroup {
  const found = findNodeGroup(eks, region, clusterName, name);
  if (found) return found;
  throw new AwsError("ResourceNotFoundException", `No node group found for name: ${name}.`, "eks-not-found");
}

export function findNodeGroup(eks: Eks, region: Region, clusterName: string, name: string): NodeGroup | undefined {
  return eks.account.list<NodeGroup>(
    "eks-nodegroup",
    (each) => each.region === region && each.clusterName === clusterName && each.name === name,
  )[0];
}

/** Waits until nothing is in the way of the nodes, then makes them; what still is at `deadline` is returned. */
async function settle(
  eks: Eks,
  cluster: Cluster,
  group: NodeGroup,
  deadline: number,
): Promise<HealthIssue | undefined> {
  const { account } = eks;
  for (;;) {
    const issue = obstacle(eks, cluster, group, await findCni(eks.kube(cluster)));
    if (!issue) {
      await joinNodes(eks, cluster, group);
      return undefined;
    }
    const left = deadline - account.clock.now();
    if (left <= 0) return issue;
    await account.sleep(Math.min(10, left));
  }
}

/** EKS lets the nodes' role in by itself (EKS user guide, access-entries). */
function admitRole(eks: Eks, cluster: Cluster, roleArn: string): void {
  if (cluster.authenticationMode === "CONFIG_MAP") return;
  const entries = eks.account.list<AccessEntry>("eks-access-entry", ofCluster(cluster));
  if (!entries.some(({ principalArn }) => principalArn === roleArn)) newEntry(eks, cluster, roleArn, "EC2_LINUX");
}

function timeOf({ account }: Eks) {
  return { now: () => account.clock.now(), sleep: (seconds: number) => account.sleep(seconds) };
}
