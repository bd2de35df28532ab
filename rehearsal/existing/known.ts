/** What the ground knows of the clusters that are there before the lab, in the terms of the stack file. */
import { parse, stringify } from "yaml";
import type { AwsAccount } from "../aws/account/account";
import type { NatGateway, NetworkInterface } from "../aws/ec2/items";
import type { Cluster, Instance } from "../aws/eks/items";
import { requireCluster } from "../aws/eks/lookup";
import { type ExistingPlan, type PlannedCluster, plannedClusters } from "./plan";

/** Settings of one cluster that go before those of the stack file. */
export interface KnownSettings {
  readonly kubeconfig: string;
  /** Of its pods, which have addresses of the nodes' network. */
  readonly podCidr: string;
  readonly egressCidr: string;
  readonly nodeCidr: string;
  /** By which peers reach the API server. */
  readonly endpoint: string;
  /** At which node ports answer; only where peers come in by them. */
  readonly addresses?: readonly string[];
}

/** A control plane, as far as others than this machine are concerned. */
export interface ReachedPlane {
  readonly kubeconfig: string;
  /** Its public name first, then addresses in its network. */
  readonly hosts: readonly string[];
}

/** Where peers find a cluster, and from where it comes to them. */
export function knownSettings(
  account: AwsAccount,
  region: string,
  {
    cluster,
    plane,
    kubeconfig,
  }: { readonly cluster: PlannedCluster; readonly plane: ReachedPlane; readonly kubeconfig: string },
): KnownSettings {
  const made = requireCluster(account, region, cluster.controlPlane);
  const [name = "", address = ""] = plane.hosts;
  const inside = { kubeconfig, podCidr: cluster.cidr, nodeCidr: cluster.cidr };
  if (cluster.gateways === "node-ports") {
    const addresses = nodeAddresses(account, made);
    return { ...inside, egressCidr: cluster.cidr, endpoint: `https://${address}`, addresses };
  }
  return { ...inside, egressCidr: `${natAddress(account, made)}/32`, endpoint: `https://${name}` };
}

function nodeAddresses(account: AwsAccount, { name }: Cluster): string[] {
  return account
    .list<Instance>("instance", ({ clusterName }) => clusterName === name)
    .flatMap(({ interfaceId }) => account.get<NetworkInterface>("network-interface", interfaceId) ?? [])
    .map(({ privateIpAddress }) => privateIpAddress);
}

function natAddress(account: AwsAccount, { vpcId }: Cluster): string {
  const [nat] = account.list<NatGateway>("natgateway", (each) => each.vpcId === vpcId);
  return account.get<NetworkInterface>("network-interface", nat?.networkInterfaceId ?? "")?.publicIp ?? "";
}

/** A file of contexts, as clusters are found on somebody's machine. */
export interface KubeconfigFile {
  /** Names of its clusters in the lab. */
  readonly clusters: readonly string[];
  readonly text: string;
}

/** The files that the plan's clusters are in; `kubeconfigOf` is what their control planes hand to an administrator. */
export function kubeconfigFiles(
  plan: ExistingPlan,
  kubeconfigOf: (controlPlane: string) => string,
): readonly KubeconfigFile[] {
  const clusters = plannedClusters(plan);
  const files = [...new Set(clusters.map(({ kubeconfig }) => kubeconfig))];
  return files.map((file) => {
    const inside = clusters.filter(({ kubeconfig }) => kubeconfig === file);
    return {
      clusters: inside.map(({ name }) => name),
      text: merged(inside.map(({ context, controlPlane }) => ({ context, text: kubeconfigOf(controlPlane) }))),
    };
  });
}

interface Kubeconfig {
  readonly clusters: readonly object[];
  readonly users: readonly object[];
  readonly contexts: readonly { readonly context: object }[];
}

function merged(parts: readonly { readonly context: string; readonly text: string }[]): string {
  const configs = parts.map(({ context, text }) => ({ name: context, config: parse(text) as Kubeconfig }));
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: configs.flatMap(({ config }) => config.clusters),
    users: configs.flatMap(({ config }) => config.users),
    contexts: configs.flatMap(({ name, config }) => config.contexts.map(({ context }) => ({ name, context }))),
    "current-context": configs[0]?.name,
  });
}
