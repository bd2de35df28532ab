/** What keeps instances of a node group from joining their cluster, or from becoming healthy there. */

import type { AwsAccount } from "../account/account";
import { type Cni, cniNames } from "../cluster/cni";
import type { Subnet, Vpc } from "../ec2/items";
import { type Role, roleByArn } from "../iam/roles";
import type { EksRuleId } from "../rules/eks";
import { admits } from "./endpoint-access";
import type { Cluster, HealthIssue, NodeGroup } from "./items";
import { carriesAny, cniHasOwnRole, mayDo } from "./roles";
import { wayOut } from "./routes";

/** What Cilium's operator asks of EC2 beyond AmazonEKS_CNI_Policy (Cilium docs, network/concepts/ipam/eni). */
const ciliumActions = ["ec2:DescribeVpcs", "ec2:DescribeSecurityGroups", "ec2:DescribeRouteTables"];

/**
 * The first obstacle; undefined when nothing is in the way.
 *
 * @param cni what networks the nodes, undefined when nothing does
 */
export function nodeIssue(
  account: AwsAccount,
  cluster: Cluster,
  group: NodeGroup,
  cni: Cni | undefined,
): HealthIssue | undefined {
  const role = roleByArn(account, group.nodeRoleArn);
  const unjoined =
    vpcObstacle(account, cluster) ?? networkObstacle(account, cluster, group) ?? workerObstacle(role, group);
  if (unjoined) return issue("eks-node-join", "Instances failed to join the kubernetes cluster", unjoined);
  const unhealthy = imageObstacle(role, group) ?? cniObstacle(account, cluster, group, role, cni);
  if (unhealthy) return issue("eks-node-cni", "Unhealthy nodes in the kubernetes cluster", unhealthy);
  return undefined;
}

function issue(rule: EksRuleId, what: string, why: string): HealthIssue {
  return { code: "NodeCreationFailure", message: `NodeCreationFailure: ${what} (${why})`, rule };
}

function vpcObstacle(account: AwsAccount, { vpcId }: Cluster): string | undefined {
  const vpc = account.get<Vpc>("vpc", vpcId);
  return vpc?.enableDnsHostnames && vpc.enableDnsSupport ? undefined : `the VPC ${vpcId} lacks DNS host names`;
}

/** Nodes fetch images over the internet, and reach the API over it when the endpoint is not private. */
function networkObstacle(account: AwsAccount, cluster: Cluster, group: NodeGroup): string | undefined {
  for (const id of group.subnetIds) {
    const subnet = account.get<Subnet>("subnet", id);
    const out = subnet && wayOut(account, subnet);
    if (!subnet || !out) return `the subnet ${id} has no route to the internet`;
    if (out.by === "internet-gateway" && !subnet.mapPublicIpOnLaunch) {
      return `nodes in the public subnet ${id} get no public address`;
    }
    if (!cluster.endpointPrivateAccess && out.by === "nat-gateway" && !(out.address && admits(cluster, out.address))) {
      return `${out.address} is not in publicAccessCidrs and the endpoint is not private`;
    }
  }
  return undefined;
}

function workerObstacle(role: Role | undefined, { nodeRoleArn }: NodeGroup): string | undefined {
  const enough = carriesAny(role, ["AmazonEKSWorkerNodePolicy", "AmazonEKSWorkerNodeMinimalPolicy"]);
  return enough ? undefined : `the role ${nodeRoleArn} lacks AmazonEKSWorkerNodePolicy`;
}

function imageObstacle(role: Role | undefined, { nodeRoleArn }: NodeGroup): string | undefined {
  const registries = ["ReadOnly", "PullOnly", "PowerUser"].map((kind) => `AmazonEC2ContainerRegistry${kind}`);
  return carriesAny(role, registries) ? undefined : `the role ${nodeRoleArn} may not pull images`;
}

function cniObstacle(
  account: AwsAccount,
  cluster: Cluster,
  { nodeRoleArn }: NodeGroup,
  role: Role | undefined,
  cni: Cni | undefined,
): string | undefined {
  if (!cni) return `container runtime network not ready: there is no DaemonSet of a CNI (${cniNames.join(", ")})`;
  const carries = carriesAny(role, ["AmazonEKS_CNI_Policy"]);
  if (cni === "aws-node" && !carries && !cniHasOwnRole(account, cluster)) {
    return `the role ${nodeRoleArn} lacks AmazonEKS_CNI_Policy`;
  }
  if (cni !== "cilium-eni") return undefined;
  // Its operator attaches no interface without them, and agents end after five minutes (cilium pkg/ipam/eni.go).
  if (!carries) return `${nodeRoleArn} lacks AmazonEKS_CNI_Policy`;
  const lacking = ciliumActions.find((action) => !mayDo(account, role, action));
  return lacking && `the role ${nodeRoleArn} lacks ${lacking}`;
}
