/** How EKS replaces the nodes of a group, one after the other, by nodes of another version or template. */
import { drainNodes } from "./drain-nodes";
import type { Eks } from "./eks";
import { instancesOf, joinNodes, launchInstances, terminate } from "./instances";
import type { Cluster, HealthIssue, Instance, NodeGroup } from "./items";

/** Nodes that a group gets first, for each of its zones (EKS user guide, managed-node-update-behavior, "scale up phase"). */
const surgeOfZone = 2;

/**
 * More nodes first, of the new kind; then every old one is drained and ended, and at last what there is too much.
 *
 * @returns why it stopped: no more instances may start, or pods cannot be evicted; undefined when all nodes are new
 */
export async function replaceNodes(eks: Eks, cluster: Cluster, group: NodeGroup): Promise<HealthIssue | undefined> {
  const { account } = eks;
  const old = instancesOf(account, group);
  const wanted = group.scaling.desiredSize;
  const short = launchInstances(account, cluster, group, wanted + surgeOfZone * zonesOf(old));
  const surge = instancesOf(account, group).length - old.length;
  if (surge === 0 && old.length > 0) return short;
  await joinNodes(eks, cluster, group);
  for (const instance of old) {
    const stuck = await emptyAndEnd(eks, cluster, group, instance);
    if (stuck) return stuck;
    const missing = wanted - instancesOf(account, group).length;
    if (missing > 0) {
      launchInstances(account, cluster, group, wanted);
      await joinNodes(eks, cluster, group);
    }
  }
  for (const instance of instancesOf(account, group).slice(wanted)) {
    const stuck = await emptyAndEnd(eks, cluster, group, instance);
    if (stuck) return stuck;
  }
  return undefined;
}

async function emptyAndEnd(
  eks: Eks,
  cluster: Cluster,
  group: NodeGroup,
  instance: Instance,
): Promise<HealthIssue | undefined> {
  const stuck = await drainNodes(eks, cluster, [instance], { force: false });
  if (stuck.length > 0) {
    return {
      code: "PodEvictionFailure",
      message:
        "PodEvictionFailure: Reached max retries while trying to evict pods from nodes in node group " +
        `${group.name} (${stuck.join(", ")})`,
      rule: "eks-node-eviction",
    };
  }
  await terminate(eks, cluster, group, [instance]);
  return undefined;
}

function zonesOf(instances: readonly Instance[]): number {
  return new Set(instances.map(({ availabilityZone }) => availabilityZone)).size || 1;
}
