/** Which Services the clusters share, and under which names and ports: pure functions of the configuration. */
import { createHash } from "node:crypto";
import type { LabConfig } from "../../config/schema";

export type SharedService = LabConfig["loadbalancer"]["shared"][number];

/** On all that the program makes for a shared Service: the cluster that owns it, and how peers reach it. */
export const ownerLabel = "multicluster-lab/owner";
export const wayLabel = "multicluster-lab/way";

/** The labels of a Service that `owner` shares. */
export function sharingLabels(owner: string, { way }: Pick<SharedService, "way">): Record<string, string> {
  return { [ownerLabel]: owner, [wayLabel]: way };
}

/** Clusters that own the Service: those named, or every one. */
export function ownersOf(service: SharedService, clusters: readonly { readonly name: string }[]): readonly string[] {
  return service.owners ?? clusters.map(({ name }) => name);
}

/** What `cluster` shares with its peers. */
export function sharedBy(cluster: string, { loadbalancer, clusters }: LabConfig): SharedService[] {
  return loadbalancer.shared.filter((service) => ownersOf(service, clusters).includes(cluster));
}

/** The name of `owner`'s Service in every cluster of the lab, e.g. `redis-cart-cluster1`. */
export function labName(service: string, owner: string): string {
  return `${service}-${owner}`;
}

/** Names under which clients call a Service, longest first; the bare one means another Service in every namespace. */
export function dnsNames(name: string, namespace: string): string[] {
  return [`${name}.${namespace}.svc.cluster.local`, `${name}.${namespace}.svc`, `${name}.${namespace}`];
}

/**
 * The first ports of the range are kept from being given out at random: with 2768 ports it is 86 of them (Kubernetes
 * documentation, service: "Choosing your own port" and KEP-3668).
 */
const fixedNodePorts = { first: 30000, count: 86 } as const;

/**
 * The node port behind a Service's load balancer. It follows from the name and not from the place in the list: a Service
 * that is taken out must not move the others to ports that are still in use.
 */
export function nodePortOf({ name, nodePort }: Pick<SharedService, "name" | "nodePort">): number {
  const digest = createHash("sha256").update(name).digest().readUInt32BE(0);
  return nodePort ?? fixedNodePorts.first + (digest % fixedNodePorts.count);
}
