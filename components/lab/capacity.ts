/** Whether the nodes of a lab carry what is to run on them. */
import type { ConfigMistake } from "../base/config-mistakes";
import { type InstanceType, instanceType, instanceTypes } from "../base/instance-types";
import { isEks } from "../config/cluster";
import { imageArchitectures } from "../demo/boutique";
import type { ClusterPlan } from "../plan/cluster";
import { shortage } from "../plan/packing";
import type { LabPlan } from "./plan";

/** Nodes that the images do not run on, or that have no room for the pods. */
export function nodeMistakes(plan: LabPlan): ConfigMistake[] {
  if (!plan.clusters.some(isEks)) return [];
  const type = instanceType(plan.config.nodes.instanceType);
  // Refused by the setting itself.
  if (!type) return [];
  const foreign = foreignProcessors(plan, type);
  // One cluster is enough to say it: all have the same nodes.
  return foreign.length > 0
    ? foreign
    : plan.clusters
        .filter(isEks)
        .flatMap((cluster) => tooSmall(cluster, plan, type))
        .slice(0, 1);
}

/** How many nodes a cluster starts with. */
export function nodesOf({ nodeGroups }: Pick<ClusterPlan, "nodeGroups">, { config }: Pick<LabPlan, "config">): number {
  return config.nodes.desired + nodeGroups.reduce((sum, { nodes }) => sum + nodes, 0);
}

function foreignProcessors({ demo }: LabPlan, { name, architecture }: InstanceType): ConfigMistake[] {
  if (!demo || imageArchitectures.includes(architecture)) return [];
  return [
    {
      key: "nodes.instanceType",
      given: name,
      problem:
        `has processors of the architecture ${architecture}, and the demo's images are for ` +
        `${imageArchitectures.join(", ")} alone`,
      fix: "Choose a type without a g behind its generation, e.g. m6a.large, or set demo.enabled to false.",
    },
  ];
}

function tooSmall(cluster: ClusterPlan, plan: LabPlan, type: InstanceType): ConfigMistake[] {
  const count = nodesOf(cluster, plan);
  const lacking = shortage(cluster.pods, type, count);
  if (!lacking) return [];
  const enough = instanceTypes.find(
    (each) => each.architecture === type.architecture && !shortage(cluster.pods, each, count),
  );
  return [
    {
      key: "nodes.instanceType",
      given: type.name,
      problem: `${count} of them do not carry what runs on ${cluster.name}: ${lacking}`,
      fix: `Choose a larger type${enough ? ` (${enough.name} is the cheapest that does)` : ""}, or raise nodes.desired.`,
    },
  ];
}
