import type { AwsAccount } from "../account/account";
import type { Subnet } from "../ec2/items";
import { invalidParameter, resourceInUse } from "./errors";
import type { Cluster, Scaling, UsedTemplate } from "./items";
import { findNodeGroup } from "./lookup";
import { machineOf, requireImageFits } from "./machines";
import type { NodeGroupArgs } from "./requests";
import { requireTrust } from "./roles";
import { templateData } from "./templates";
import { minorsAhead, requireVersion } from "./versions";

/** @throws AwsError when CreateNodegroup would refuse the arguments */
export function checkNodeGroup(account: AwsAccount, cluster: Cluster, args: NodeGroupArgs): void {
  checkName(account, cluster, args.name);
  requireTrust(account, args.nodeRoleArn, "ec2.amazonaws.com", "eks-node-role");
  checkSubnets(account, cluster, args.subnetIds);
  checkScaling(args.scaling);
  checkNodeVersion(cluster, args.version);
  for (const instanceType of args.instanceTypes) requireImageFits(args.amiType, machineOf(instanceType));
  if (args.launchTemplate) checkTemplate(account, cluster.region, args, args.launchTemplate);
}

/** @throws AwsError InvalidParameterException */
export function checkScaling({ minSize, desiredSize, maxSize }: Scaling): void {
  if (minSize >= 0 && maxSize >= 1 && minSize <= desiredSize && desiredSize <= maxSize) return;
  throw invalidParameter(
    `Minimum capacity ${minSize}, desired capacity ${desiredSize} and maximum capacity ${maxSize} are not in order`,
    "eks-node-scaling",
  );
}

/** @throws AwsError InvalidParameterException; nodes may be three minor versions behind (Kubernetes version skew policy) */
export function checkNodeVersion(cluster: Cluster, version: string): void {
  const behind = minorsAhead(requireVersion(version), cluster.version);
  if (behind >= 0 && behind <= 3) return;
  throw invalidParameter(
    `Requested Nodegroup version ${version} is not supported with the cluster's version ${cluster.version}`,
    "eks-node-version",
  );
}

function checkName(account: AwsAccount, cluster: Cluster, name: string): void {
  if (!findNodeGroup(account, cluster.region, cluster.name, name)) return;
  throw resourceInUse(`NodeGroup already exists with name ${name} and cluster name ${cluster.name}`, "eks-in-use");
}

function checkSubnets(account: AwsAccount, { vpcId }: Cluster, ids: readonly string[]): void {
  for (const id of ids) {
    const subnet = account.get<Subnet>("subnet", id);
    if (subnet && subnet.vpcId === vpcId) continue;
    throw invalidParameter(
      subnet ? `The subnet ${id} is not in the cluster's VPC ${vpcId}` : `The subnet ID '${id}' does not exist`,
      "eks-node-subnets",
    );
  }
  if (ids.length === 0) throw invalidParameter("Subnets are not specified", "eks-node-subnets");
}

function checkTemplate(account: AwsAccount, region: string, args: NodeGroupArgs, used: UsedTemplate): void {
  const data = templateData(account, region, used);
  if (!data) {
    throw invalidParameter(
      `The launch template ${used.id || used.name} has no version ${used.version}`,
      "eks-node-template",
    );
  }
  const conflicts = [
    { when: args.diskSize !== undefined, what: "Disk size must be specified within the launch template" },
    { when: args.remoteAccess, what: "Remote access configuration cannot be specified with a launch template" },
    {
      when: Boolean(data.instanceType) && args.givenInstanceTypes,
      what: "Instance type is in the launch template too",
    },
    { when: Boolean(data.iamInstanceProfile), what: "The launch template must not have an instance profile" },
  ];
  const [first] = conflicts.filter(({ when }) => when);
  if (first) throw invalidParameter(first.what, "eks-node-template");
}
