/** How items of EKS are found by the names that calls give them. */
import type { AwsAccount, Region } from "../account/account";
import { resourceInUse, resourceNotFound } from "./errors";
import type { AccessEntry, Addon, Cluster, NodeGroup } from "./items";

/** Undefined when there is none of that name in the region. */
export function findCluster(account: AwsAccount, region: Region, name: string): Cluster | undefined {
  return account.list<Cluster>("eks-cluster", (each) => each.region === region && each.name === name)[0];
}

/** @throws AwsError ResourceNotFoundException */
export function requireCluster(account: AwsAccount, region: Region, name: string): Cluster {
  const found = findCluster(account, region, name);
  if (found) return found;
  throw resourceNotFound(`No cluster found for name: ${name}.`);
}

/** @throws AwsError ResourceInUseException while the cluster changes */
export function requireActive(cluster: Cluster): void {
  if (cluster.state === "ACTIVE") return;
  throw resourceInUse(`The cluster ${cluster.name} is ${cluster.state} and takes no other change`, "eks-active");
}

/** Undefined when the cluster has none of that name. */
export function findNodeGroup(
  account: AwsAccount,
  region: Region,
  clusterName: string,
  name: string,
): NodeGroup | undefined {
  const groups = account.list<NodeGroup>("eks-nodegroup", ofCluster({ region, name: clusterName }));
  return groups.find((group) => group.name === name);
}

/** @throws AwsError ResourceNotFoundException */
export function requireNodeGroup(account: AwsAccount, region: Region, clusterName: string, name: string): NodeGroup {
  const found = findNodeGroup(account, region, clusterName, name);
  if (found) return found;
  throw resourceNotFound(`No node group found for name: ${name}.`);
}

/** Undefined when the cluster has no such add-on. */
export function findAddon(account: AwsAccount, region: Region, clusterName: string, name: string): Addon | undefined {
  const addons = account.list<Addon>("eks-addon", ofCluster({ region, name: clusterName }));
  return addons.find((addon) => addon.name === name);
}

/** Undefined when the principal has none. */
export function findAccessEntry(account: AwsAccount, cluster: Cluster, principalArn: string): AccessEntry | undefined {
  const entries = account.list<AccessEntry>("eks-access-entry", ofCluster(cluster));
  return entries.find((entry) => entry.principalArn === principalArn);
}

/** @throws AwsError ResourceNotFoundException */
export function requireAccessEntry(account: AwsAccount, cluster: Cluster, principalArn: string): AccessEntry {
  const found = findAccessEntry(account, cluster, principalArn);
  if (found) return found;
  throw resourceNotFound(
    `The specified principalArn could not be found. You must specify the principalArn of an access entry: ${principalArn}`,
  );
}

/** Whether an item belongs to the cluster. */
export function ofCluster(cluster: Pick<Cluster, "region" | "name">) {
  return (item: { readonly region: Region; readonly clusterName?: unknown }): boolean =>
    item.region === cluster.region && item.clusterName === cluster.name;
}

/** Tag by which a control plane knows what in the VPC belongs to its cluster. */
export function clusterTag({ name }: Pick<Cluster, "name">): string {
  return `kubernetes.io/cluster/${name}`;
}

/** What a call is about, the same in every run: for jitter and faults. */
export function subject(region: Region, ...names: readonly string[]): string {
  return [region, ...names].join(" ");
}
