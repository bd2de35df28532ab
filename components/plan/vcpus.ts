/** Virtual processors, which AWS counts for each region: what nodes take, and what an upgrade takes besides. */
import { instanceType } from "../base/instance-types";
import { isEks } from "../config/cluster";
import type { CommonConfig } from "../config/common";
import type { ExtraNodeGroup } from "./networking";

/** What a new account may have of each kind in a region (EC2 user guide, ec2-on-demand-instances and using-spot-limits). */
export const newAccountVcpus = 5;

/** Zones over which the nodes of a group are spread. */
const zones = 2;

/** The virtual processors of a lab's nodes in a region. */
export interface RegionVcpus {
  /** AWS's code of it. */
  readonly region: string;
  /** While nothing changes. */
  readonly standing: number;
  /**
   * At most, while nodes are replaced: a group first gets two more for each of its zones (EKS user guide,
   * managed-node-update-behavior).
   */
  readonly upgrading: number;
}

/** The quota that counts them, as AWS calls it. */
export function vcpuQuota({ capacity }: Pick<CommonConfig["nodes"], "capacity">): string {
  return capacity === "spot" ? "ec2, L-34B43A08" : "ec2, L-1216C47A";
}

/** Of every region in which the lab has clusters, in the order of the configuration. */
export function planVcpus(
  { clusters, nodes }: Pick<CommonConfig, "clusters" | "nodes">,
  nodeGroups: readonly ExtraNodeGroup[],
): RegionVcpus[] {
  const each = instanceType(nodes.instanceType)?.vcpus ?? 0;
  const ofCluster = each * nodeGroups.reduce((sum, group) => sum + group.nodes, nodes.desired);
  const surge = each * zones * 2 * (1 + nodeGroups.length);
  const made = clusters.filter(isEks);
  return [...new Set(made.map(({ region }) => region))].map((region) => {
    const here = made.filter((cluster) => cluster.region === region).length;
    return { region, standing: here * ofCluster, upgrading: here * (ofCluster + surge) };
  });
}

/** One line for all regions. */
export function vcpuText(regions: readonly RegionVcpus[]): string {
  return regions
    .map(({ region, standing, upgrading }) => `${region}: ${standing}, up to ${upgrading} while nodes are replaced`)
    .join("; ");
}

/** What whoever has a new account must know before anything is built; `raised` is what the account takes, if it was said. */
export function vcpuWarnings(
  regions: readonly RegionVcpus[],
  nodes: Pick<CommonConfig["nodes"], "capacity">,
  raised: number | undefined,
): string[] {
  if (raised !== undefined) return [];
  const short = regions.filter(({ standing }) => standing > newAccountVcpus);
  if (short.length === 0) return [];
  return [
    `Nodes take more vCPUs than the ${newAccountVcpus} of a new account (${vcpuText(short)}). Look at your quota ` +
      `(${vcpuQuota(nodes)}), have it raised if need be, and say so in quotas.vcpus.`,
  ];
}
