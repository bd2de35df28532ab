/** What a backend cannot do of what a configuration asks for. */
import { prefixLength } from "../base/cidr";
import type { ConfigMistake } from "../base/config-mistakes";
import { instanceType } from "../base/instance-types";
import { type ClusterConfig, type EksClusterConfig, type ExistingClusterConfig, isEks } from "../config/cluster";
import type { WholeClusters } from "../config/validate";
import { planAddresses } from "./addresses";
import type { BackendConfig, BackendProfile, PartialBackendConfig } from "./backend-profile";

/**
 * What the backend itself refuses, and what follows from its description.
 *
 * @param clusters those that have no mistake of their own, at their places in the list
 */
export function backendChecks<Settings>(
  profile: BackendProfile<Settings>,
  config: PartialBackendConfig<Settings>,
  clusters: WholeClusters,
): ConfigMistake[] {
  return [
    ...unsupportedVersion(profile, config),
    ...clusters.flatMap((cluster, index) => (cluster ? ofCluster(cluster, index, profile, config) : [])),
    ...unreachableGateways(profile, config),
    ...unreachablePods(profile, config),
    ...(profile.refuses?.(config) ?? []),
  ];
}

function ofCluster<Settings>(
  cluster: ClusterConfig,
  index: number,
  profile: BackendProfile<Settings>,
  config: PartialBackendConfig<Settings>,
): ConfigMistake[] {
  return [
    ...(isEks(cluster)
      ? [...missingPodCidr(cluster, profile, config), ...crampedNetwork(cluster, profile, config)]
      : unjoinable(cluster, profile)),
    ...(profile.refusesOfCluster?.(cluster, config) ?? []),
  ].map((mistake) => ({ ...mistake, key: `clusters[${index}].${mistake.key}` }));
}

function unsupportedVersion<Settings>(
  { title, kubernetesVersions }: BackendProfile<Settings>,
  { kubernetesVersion }: PartialBackendConfig<Settings>,
): ConfigMistake[] {
  if (!kubernetesVersion || kubernetesVersions.includes(kubernetesVersion)) return [];
  return [
    {
      key: "kubernetesVersion",
      given: kubernetesVersion,
      problem: `${title} does not support it`,
      fix: `Allowed with this backend: ${kubernetesVersions.join(", ")}.`,
    },
  ];
}

/** Not every backend joins what it did not make, or not by every way in. */
function unjoinable<Settings>(
  { context, gateways }: ExistingClusterConfig,
  { title, existing }: BackendProfile<Settings>,
): ConfigMistake[] {
  const { ways, limits = "" } = existing;
  if (ways.length === 0) {
    return [
      {
        key: "context",
        given: JSON.stringify(context),
        problem: `${title} does not join clusters that are there already: ${limits}`,
        fix: "Have the lab make the cluster (region, vpcCidr), or choose another backend.",
      },
    ];
  }
  if (ways.includes(gateways)) return [];
  return [
    {
      key: "gateways",
      given: gateways,
      problem: `${title} does not come in to a cluster by them: ${limits}`,
      fix: `Allowed with this backend: ${ways.join(", ")}.`,
    },
  ];
}

function missingPodCidr<Settings>(
  { podCidr }: EksClusterConfig,
  profile: BackendProfile<Settings>,
  config: PartialBackendConfig<Settings>,
): ConfigMistake[] {
  if (podCidr || profile.networking(config).podAddresses !== "overlay") return [];
  return [
    {
      key: "podCidr",
      problem: `is missing: with ${profile.title} pods have addresses of an overlay`,
      fix: "Give every cluster a network of its own for its pods, e.g. 10.101.0.0/16.",
    },
  ];
}

/**
 * Interfaces whose addresses a node keeps for its pods whether they come or not: the one in use and a spare one
 * (amazon-vpc-cni-k8s, README: WARM_ENI_TARGET is 1).
 */
const interfacesOfNode = 2;
/** In each subnet: six for the control plane (EKS user guide, network-reqs) and eight for load balancers (ELB user guide). */
const addressesOfAws = 6 + 8;

/** Nodes that find no addresses for their pods do not become ready, after a quarter of an hour. */
function crampedNetwork<Settings>(
  { vpcCidr }: EksClusterConfig,
  profile: BackendProfile<Settings>,
  config: PartialBackendConfig<Settings>,
): ConfigMistake[] {
  const { nodes, own } = config;
  if (!nodes || own === undefined) return [];
  const addresses = instanceType(nodes.instanceType)?.addresses ?? 1;
  const each = profile.networking(config).podAddresses === "vpc" ? interfacesOfNode * addresses : 1;
  const subnets = planAddresses(vpcCidr).private;
  const free = Math.min(...subnets.map(({ cidr }) => usableAddresses(cidr))) - addressesOfAws;
  const room = Math.floor(free / each) * subnets.length;
  if (nodes.max <= room) return [];
  return [
    {
      key: "vpcCidr",
      given: vpcCidr,
      problem: `has room for ${room} nodes with their pods, and nodes.max is ${nodes.max}`,
      fix: "Choose a larger network, or fewer nodes.",
    },
  ];
}

function unreachableGateways<Settings>(
  profile: BackendProfile<Settings>,
  config: PartialBackendConfig<Settings>,
): ConfigMistake[] {
  if (config.interconnect !== "internet" || config.exposure !== "private" || !hasGateways(profile, config)) return [];
  return [
    {
      key: "exposure",
      given: "private",
      problem: "with interconnect: internet nobody outside of its VPC reaches a private gateway",
      fix: "Set exposure to public, or interconnect to peering.",
    },
  ];
}

/** Between a cluster that is there already and its peers the lab makes no way for pods and nodes themselves. */
function unreachablePods<Settings>(
  profile: BackendProfile<Settings>,
  config: PartialBackendConfig<Settings>,
): ConfigMistake[] {
  const { clusters = [], own } = config;
  const there = clusters.find((cluster) => !isEks(cluster));
  const peer = clusters.find((cluster) => cluster !== there);
  // A backend that joins no such clusters is refused for that.
  if (!there || !peer || own === undefined || profile.existing.ways.length === 0) return [];
  const direct = profile
    .flows(peer.name, there.name, { ...config, own } as BackendConfig<Settings>)
    .find(({ to }) => to.kind === "nodes" || to.kind === "publicNodes");
  if (!direct) return [];
  return [
    {
      key: "backend",
      problem: `as ${profile.title} is set, pods of the peers call those of ${there.name} themselves (${direct.why}), and the lab makes no way to them`,
      fix: "Choose a way through gateways, or have the lab make all clusters.",
    },
  ];
}

/** Whether peers come in by load balancers; taken for granted where it cannot be judged yet. */
function hasGateways<Settings>(profile: BackendProfile<Settings>, config: PartialBackendConfig<Settings>): boolean {
  const { clusters, own } = config;
  if (!clusters || own === undefined) return true;
  return clusters.some(
    ({ name }) => profile.balancers(name, { ...config, clusters, own } as BackendConfig<Settings>).length > 0,
  );
}

/** AWS keeps five addresses of each subnet (VPC user guide, subnet-sizing). */
function usableAddresses(cidr: string): number {
  return 2 ** (32 - prefixLength(cidr)) - 5;
}
