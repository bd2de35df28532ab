import { addressAt, subnetwork } from "../../base/cidr";
import { numberFromName } from "../../base/names";
import type { ClusterConfig } from "../../config/cluster";
import type { BackendConfig } from "../../plan/backend-profile";
import type { SubmarinerSettings } from "./settings";

/** What of the configuration says how clusters are addressed. */
export type SubmarinerConfig = Pick<BackendConfig<SubmarinerSettings>, "clusters" | "interconnect" | "own">;

/** From where Globalnet takes addresses by default (subctl, --globalnet-cidr-range). */
const globalRange = "242.0.0.0/8";

/** The largest prime below the number of ranges: names that differ in one letter never share a number. */
const numbersFromNames = 251;

/** The number of a cluster's global range: the one that `submariner.globalNumbers` gives it, else one of its name alone. */
export function globalNumber({ own }: Pick<SubmarinerConfig, "own">, cluster: string): number {
  return own.globalNumbers[cluster] ?? numberFromName(cluster, numbersFromNames);
}

/** The addresses under which a cluster's exported Services and leaving pods are seen with Globalnet. */
export function globalCidr(config: Pick<SubmarinerConfig, "own">, cluster: string): string {
  return subnetwork(globalRange, 16, globalNumber(config, cluster));
}

/** Where this cluster's own DNS finds Lighthouse: next to kube-dns, in the part of the range that is not handed out first. */
export function dnsAddress({ serviceCidr }: Pick<ClusterConfig, "serviceCidr">): string {
  return addressAt(serviceCidr, 11);
}

/** What peers are addressed by: their pods and Services, or their global addresses. */
export function addressesOf(config: SubmarinerConfig, cluster: ClusterConfig): string[] {
  if (config.own.globalnet) return [globalCidr(config, cluster.name)];
  return [podCidrOf(cluster), cluster.serviceCidr];
}

/** The configuration was refused if it is missing. */
export function podCidrOf({ name, podCidr }: Pick<ClusterConfig, "name" | "podCidr">): string {
  if (!podCidr) throw new Error(`the cluster ${name} has no podCidr`);
  return podCidr;
}
