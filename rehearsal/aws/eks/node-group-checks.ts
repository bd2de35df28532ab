import type { AwsAccount } from "../account/account";
import { contains } from "../account/cidr";
import { AwsError } from "../account/errors";
import type { Cni } from "../cluster/nodes";
import type { Subnet, Vpc } from "../ec2/items";
import { roleByArn } from "../iam/roles";
import type { EksRuleId } from "../rules/eks";
import { invalid } from "./cluster-checks";
import { ofCluster } from "./clusters";
import type { Eks } from "./eks";
import { hasOwnRole } from "./instances";
import type { Cluster, HealthIssue, NodeGroup } from "./items";
import { machineOf, requireImageFits } from "./machines";
import type { NodeGroupArgs, Scaling } from "./node-groups";
import { carriesAny, mayDo, requireTrust } from "./roles";
import { wayOut } from "./routes";
import { templateData, type UsedTemplate } from "./templates";
import { minorsAhead, requireVersion } from "./versions";

/** @throws AwsError when CreateNodegroup would refuse the arguments */
export function checkNodeGroup(eks: Eks, cluster: Cluster, args: NodeGroupArgs): void {
  const { account } = eks;
  const groups = account.list<NodeGroup>("eks-nodegroup", ofCluster(cluster));
  if (groups.some(({ name }) => name === args.name)) {
    throw new AwsError(
      "ResourceInUseException",
      `NodeGroup already exists with name ${args.name} and cluster name ${cluster.name}`,
      "eks-in-use",
    );
  }
  requireTrust(account, args.nodeRoleArn, "ec2.amazonaws.com", "eks-node-role");
  for (const id of args.subnetIds) {
    const subnet = account.get<Subnet>("subnet", id);
    if (subnet && subnet.vpcId === cluster.vpcId) continue;
    throw invalid(
      subnet ? `The subnet ${id} is not in the cluster's VPC ${cluster.vpcId}` : `The subnet ID '${id}' does not exist`,
      "eks-node-subnets",
    );
  }
  if (args.subnetIds.length === 0) throw invalid("Subnets are not specified", "eks-node-subnets");
  checkScaling(args.scaling);
  checkNodeVersion(cluster, args.version);
  for (const instanceType of args.instanceTypes) requireImageFits(args.amiType, machineOf(instanceType));
  if (args.launchTemplate) checkTemplate(account, cluster.region, args, args.launchTemplate);
}

/** @throws AwsError InvalidParameterException */
export function checkScaling({ minSize, desiredSize, maxSize }: Scaling): void {
  if (minSize >= 0 && maxSize >= 1 && minSize <= desiredSize && desiredSize <= maxSize) return;
  throw invalid(
    `Minimum capacity ${minSize}, desired capacity ${desiredSize} and maximum capacity ${maxSize} are not in order`,
    "eks-node-scaling",
  );
}

/** @throws AwsError InvalidParameterException; nodes may be three minor versions behind (Kubernetes version skew policy) */
export function checkNodeVersion(cluster: Cluster, version: string): void {
  const behind = minorsAhead(requireVersion(version), cluster.version);
  if (behind >= 0 && behind <= 3) return;
  throw invalid(
    `Requested Nodegroup version ${version} is not supported with the cluster's version ${cluster.version}`,
    "eks-node-version",
  );
}

function checkTemplate(account: AwsAccount, region: string, args: NodeGroupArgs, used: UsedTemplate): void {
  const data = templateData(account, region, used);
  if (!data) {
    throw invalid(`The launch template ${used.id || used.name} has no version ${used.version}`, "eks-node-template");
  }
  const mistakes = [
    { when: args.diskSize !== undefined, what: "Disk size must be specified within the launch template" },
    { when: args.remoteAccess, what: "Remote access configuration cannot be specified with a launch template" },
    {
      when: Boolean(data.instanceType) && args.givenInstanceTypes,
      what: "Instance type is in the launch template too",
    },
    { when: Boolean(data.iamInstanceProfile), what: "The launch template must not have an instance profile" },
  ];
  const [first] = mistakes.filter(({ when }) => when);
  if (first) throw invalid(first.what, "eks-node-template");
}

/** Why instances of the group would not join the cluster, or not become healthy there; undefined when nothing is in the way. */
export function obstacle(eks: Eks, cluster: Cluster, group: NodeGroup, cni: Cni | undefined): HealthIssue | undefined {
  const { account } = eks;
  const failed = (rule: EksRuleId, what: string, why: string): HealthIssue => ({
    code: "NodeCreationFailure",
    message: `NodeCreationFailure: ${what} (${why})`,
    rule,
  });
  const join = (why: string) => failed("eks-node-join", "Instances failed to join the kubernetes cluster", why);
  const vpc = account.get<Vpc>("vpc", cluster.vpcId);
  if (!vpc?.enableDnsHostnames || !vpc.enableDnsSupport) return join(`the VPC ${cluster.vpcId} lacks DNS host names`);
  for (const id of group.subnetIds) {
    const subnet = account.get<Subnet>("subnet", id);
    const out = subnet && wayOut(account, subnet);
    if (!subnet || !out) return join(`the subnet ${id} has no route to the internet`);
    if (out.by === "internet-gateway" && !subnet.mapPublicIpOnLaunch) {
      return join(`nodes in the public subnet ${id} get no public address`);
    }
    if (!cluster.endpointPrivateAccess && out.by === "nat-gateway" && !mayReach(cluster, out.address)) {
      return join(`${out.address} is not in publicAccessCidrs and the endpoint is not private`);
    }
  }
  const role = roleByArn(account, group.nodeRoleArn);
  if (!carriesAny(role, ["AmazonEKSWorkerNodePolicy", "AmazonEKSWorkerNodeMinimalPolicy"])) {
    return join(`the role ${group.nodeRoleArn} lacks AmazonEKSWorkerNodePolicy`);
  }
  const unhealthy = (why: string) => failed("eks-node-cni", "Unhealthy nodes in the kubernetes cluster", why);
  const registries = ["ReadOnly", "PullOnly", "PowerUser"].map((kind) => `AmazonEC2ContainerRegistry${kind}`);
  if (!carriesAny(role, registries)) return unhealthy(`the role ${group.nodeRoleArn} may not pull images`);
  if (!cni) return unhealthy("container runtime network not ready: there is no CNI");
  if (cni === "aws-node" && !carriesAny(role, ["AmazonEKS_CNI_Policy"]) && !hasOwnRole(eks, cluster)) {
    return unhealthy(`the role ${group.nodeRoleArn} lacks AmazonEKS_CNI_Policy`);
  }
  if (cni === "cilium-eni") {
    // Its operator attaches no interface without them, and agents end after five minutes (cilium pkg/ipam/eni.go).
    if (!carriesAny(role, ["AmazonEKS_CNI_Policy"]))
      return unhealthy(`${group.nodeRoleArn} lacks AmazonEKS_CNI_Policy`);
    const [lacking] = ciliumActions.filter((action) => !mayDo(account, role, action));
    if (lacking) return unhealthy(`the role ${group.nodeRoleArn} lacks ${lacking}`);
  }
  return undefined;
}

/** What Cilium's operator asks of EC2 beyond AmazonEKS_CNI_Policy (Cilium docs, network/concepts/ipam/eni). */
const ciliumActions = ["ec2:DescribeVpcs", "ec2:DescribeSecurityGroups", "ec2:DescribeRouteTables"];

function mayReach({ publicAccessCidrs }: Cluster, address: string | undefined): boolean {
  return address !== undefined && publicAccessCidrs.some((cidr) => contains(cidr, `${address}/32`));
}
