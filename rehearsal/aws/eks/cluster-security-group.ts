/** The security group that EKS makes for a cluster, and that its managed nodes carry. */
import type { AwsAccount, Region } from "../account/account";
import { interfacesOf } from "../ec2/interfaces";
import type { SecurityGroup, SecurityGroupRule } from "../ec2/items";
import { newRule, newSecurityGroup, removeSecurityGroup } from "../ec2/security-groups";
import type { Cluster } from "./items";
import { clusterTag } from "./lookup";

/** All from itself, all out (EKS user guide, sec-group-reqs). */
export function newClusterGroup(account: AwsAccount, region: Region, name: string, vpcId: string): SecurityGroup {
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
export function removeUnusedClusterGroup(account: AwsAccount, cluster: Cluster): void {
  const id = cluster.clusterSecurityGroupId;
  const used = interfacesOf(account, { vpcId: cluster.vpcId }).some((each) => each.securityGroupIds.includes(id));
  const named = account.list<SecurityGroupRule>(
    "security-group-rule",
    ({ permission, securityGroupId }) => permission.referencedSecurityGroupId === id && securityGroupId !== id,
  );
  const group = account.get<SecurityGroup>("security-group", id);
  if (group && !used && named.length === 0) removeSecurityGroup(account, group);
}
