/**
 * Cluster Mesh tells clusters apart by a number that is part of every security identity; a change of it means that all
 * workloads start again. So it must not depend on which other clusters there are, or in which order.
 */
import { numberFromName } from "../../base/names";
import type { CiliumSettings } from "./settings";

/**
 * The largest number. With addresses of the VPC the chart refuses 128 to 255, because the number's high bit would be taken
 * for something else there (cilium/cilium#21330).
 */
export const largestId = 127;

/** The number of a cluster: the one that `cilium.clusterIds` gives it, else one that follows from its name alone. */
export function clusterIdOf(cluster: string, { clusterIds }: Pick<CiliumSettings, "clusterIds">): number {
  // 127 is a prime: names that differ in one letter never share a number.
  return clusterIds[cluster] ?? numberFromName(cluster, largestId) + 1;
}
