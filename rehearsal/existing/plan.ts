/**
 * Clusters that are there before the lab, as the ground makes them. Their machines come from the emulated AWS, in a region of
 * their own: with it real nodes, networks and load balancers are the same as everywhere else on the ground.
 */
import { overlaps, prefixLength, subnetwork } from "../../components/base/cidr";
import { regions } from "../aws/ec2/zones";
import { UserError } from "../base/user-error";
import { controlPlaneName } from "./names";

/** What the stack file says of a cluster, as far as the ground goes by it. */
export interface Entry {
  readonly name: string;
  /** Undefined of one that the lab makes. */
  readonly context?: string | undefined;
  readonly kubeconfig?: string | undefined;
  readonly gateways?: "load-balancer" | "load-balancer-name" | "node-ports" | undefined;
  readonly serviceCidr: string;
  readonly podCidr?: string | undefined;
  readonly egressCidr?: string | undefined;
  readonly addresses?: readonly string[] | undefined;
  /** What fits through the way to its peers, in bytes. */
  readonly pathMtu?: number | undefined;
  readonly region?: string | undefined;
  readonly vpcCidr?: string | undefined;
}

/** All clusters that are there before the lab; none, mostly. */
export interface ExistingPlan {
  /** In which the lab has nothing. */
  readonly region: string;
  readonly networks: readonly NetworkPlan[];
}

/** A network with a way to the internet, and the clusters in it: a VPC. */
export interface NetworkPlan {
  readonly cidr: string;
  /** Of the NAT gateway and of load balancers, one in each of two zones. */
  readonly publicSubnets: readonly [string, string];
  readonly clusters: readonly PlannedCluster[];
}

/** One of the clusters. */
export interface PlannedCluster {
  readonly name: string;
  readonly controlPlane: string;
  readonly context: string;
  /** Clusters with the same one have their contexts in one file; empty for the usual file. */
  readonly kubeconfig: string;
  readonly gateways: NonNullable<Entry["gateways"]>;
  readonly serviceCidr: string;
  /** Of nodes and pods, which have addresses of one network as with AWS's CNI. */
  readonly cidr: string;
  /** The two halves of it. */
  readonly subnets: readonly [string, string];
  /** How many. */
  readonly nodes: number;
  /** Of its nodes and pods, in bytes. */
  readonly mtu: number;
}

/** What a node is. */
export const machine = { instanceType: "m5.xlarge", vcpus: 4 } as const;

/** From a wider network AWS makes no VPC, and in a narrower one some cluster has no room for its pods. */
const [widest, narrowest] = [16, 18];

/** A network is divided into so many blocks: one for what is public, and one for each cluster. */
const blockBits = 4;

/** In each of two zones one, which is what the load balancers of a zone need. */
const fewestNodes = 2;

/** Networks for those whose own cannot be had. */
const spare = Array.from({ length: 14 }, (_, index) => `172.${18 + index}.0.0/16`);

/** @throws UserError when the ground cannot have them as the stack says */
export function planExisting(entries: readonly Entry[]): ExistingPlan {
  const there = entries.filter(({ context }) => context !== undefined);
  const onAws = entries.filter(({ context }) => context === undefined);
  const byNodePorts = there.filter(({ gateways }) => gateways === "node-ports");
  const others = there.filter(({ gateways }) => gateways !== "node-ports");
  requireOneNetwork(byNodePorts, [...others, ...onAws]);
  const taken = [
    ...entries.map(({ serviceCidr }) => serviceCidr),
    ...onAws.flatMap(({ vpcCidr, podCidr }) => [vpcCidr, podCidr]),
  ].filter((cidr) => cidr !== undefined);
  const networks = [
    ...(byNodePorts.length > 0 ? [{ clusters: byNodePorts, wanted: common(byNodePorts) }] : []),
    ...others.map((entry) => ({ clusters: [entry], wanted: entry.podCidr })),
  ];
  return {
    region: regions.find((region) => onAws.every((entry) => entry.region !== region)) ?? "",
    networks: networks.map(({ clusters, wanted }) => {
      const cidr = networkFor(wanted, taken);
      taken.push(cidr);
      return planNetwork(cidr, clusters);
    }),
  };
}

/** Nobody but those on the same network reaches node ports, as with kind's clusters on a machine. */
function requireOneNetwork([first]: readonly Entry[], [other]: readonly Entry[]): void {
  if (!first || !other) return;
  throw new UserError(
    `The rehearsal has clusters with node ports on a network of their own, and ${other.name} is not on that of ` +
      `${first.name}: give all clusters node-ports, or ${first.name} another way in.`,
  );
}

/** The network that all of them say they are on. */
function common([first, ...rest]: readonly Entry[]): string | undefined {
  return rest.every(({ egressCidr }) => egressCidr === first?.egressCidr) ? first?.egressCidr : undefined;
}

function networkFor(wanted: string | undefined, taken: readonly string[]): string {
  const found = [...(wanted ? [wanted] : []), ...spare].find((cidr) => {
    const length = prefixLength(cidr);
    return length >= widest && length <= narrowest && !taken.some((other) => overlaps(other, cidr));
  });
  if (found) return found;
  throw new UserError(
    "The rehearsal finds no network for the clusters that are there already: rehearse fewer of them.",
  );
}

function planNetwork(cidr: string, entries: readonly Entry[]): NetworkPlan {
  const [forAll = "", ...blocks] = blocksOf(cidr, entries.length + 1);
  return {
    cidr,
    publicSubnets: halves(forAll),
    clusters: entries.map((entry, index) => planCluster(entry, blocks[index] ?? "")),
  };
}

function blocksOf(cidr: string, count: number): string[] {
  const length = prefixLength(cidr) + blockBits;
  return Array.from({ length: count }, (_, index) => subnetwork(cidr, length, index));
}

function halves(cidr: string): [string, string] {
  const length = prefixLength(cidr) + 1;
  return [subnetwork(cidr, length, 0), subnetwork(cidr, length, 1)];
}

function planCluster(entry: Entry, cidr: string): PlannedCluster {
  const { name, context = "", kubeconfig = "", gateways = "load-balancer", serviceCidr, addresses = [] } = entry;
  return {
    name,
    controlPlane: controlPlaneName({ name }),
    context,
    kubeconfig,
    gateways,
    serviceCidr,
    cidr,
    subnets: halves(cidr),
    nodes: Math.max(fewestNodes, addresses.length),
    mtu: entry.pathMtu ?? 1500,
  };
}

/** The clusters of all networks. */
export function plannedClusters({ networks }: ExistingPlan): readonly PlannedCluster[] {
  return networks.flatMap(({ clusters }) => clusters);
}
