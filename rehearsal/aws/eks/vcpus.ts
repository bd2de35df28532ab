import type { AwsAccount } from "../account/account";
import type { HealthIssue, Instance, NodeGroup } from "./items";
import { machineOf } from "./machines";

/**
 * Why one more instance of the group may not start; undefined when it may. The group of instances that AWS keeps for EKS says
 * it, and goes on trying (EC2 user guide, ec2-on-demand-instances; EKS API reference, Issue: AsgInstanceLaunchFailures).
 */
export function vcpuIssue(account: AwsAccount, group: NodeGroup): HealthIssue | undefined {
  const spot = group.capacityType === "SPOT";
  const quotas = account.quotasIn(group.region);
  const most = spot ? quotas.spotVcpus : quotas.vcpus;
  const there = account.list<Instance>("instance", ({ region, spot: is }) => region === group.region && is === spot);
  const used = there.reduce((sum, { instanceType }) => sum + machineOf(instanceType).cpus, 0);
  if (used + machineOf(group.instanceTypes[0] ?? "").cpus <= most) return undefined;
  return {
    code: "AsgInstanceLaunchFailures",
    message:
      `AsgInstanceLaunchFailures: Could not launch ${spot ? "Spot" : "On-Demand"} Instances. VcpuLimitExceeded - You have ` +
      `requested more vCPU capacity than your current vCPU limit of ${most} allows for the instance bucket that the ` +
      "specified instance type belongs to.",
    rule: "eks-node-vcpus",
  };
}
