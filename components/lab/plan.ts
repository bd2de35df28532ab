/** The whole lab as plain data. Components only carry it out. */
import { profileOf } from "../backends/profiles";
import { byName, namePart } from "../base/names";
import { orderedPairs, pairsOf } from "../base/pairs";
import { type ClusterConfig, type EksClusterConfig, isEks } from "../config/cluster";
import { labTags } from "../config/tags";
import { frontDoorOf } from "../demo/front-door";
import { type NamingRow, namingTable } from "../demo/naming";
import { type DemoPlan, planDemo } from "../demo/plan";
import { demoPods } from "../demo/pod-demand";
import { planAddresses } from "../plan/addresses";
import type { BackendConfig, BackendProfile } from "../plan/backend-profile";
import type { BalancerWay } from "../plan/balancer";
import type { Chart } from "../plan/chart";
import type { ClusterPlan } from "../plan/cluster";
import type { Flow } from "../plan/flows";
import {
  apiSourcesFor,
  balancerSources,
  egressSourceOf,
  ingressRules,
  type PlacedCluster,
  type Topology,
} from "../plan/ingress-rules";
import { type PathMtu, pathMtu, planMtu, type Route, routeBetween, saidMtu } from "../plan/mtu";
import type { ExtraNodeGroup, Networking } from "../plan/networking";
import { addonPods } from "../plan/pods";
import { type PricePlan, planPrice } from "../plan/price";
import { planVcpus, type RegionVcpus, vcpuWarnings } from "../plan/vcpus";
import { backendConfig, type LabConfig } from "./config";

/** Two clusters; every pair appears once. Two that the lab makes are peered, unless they meet on the internet. */
export interface PairPlan {
  /** Name of the one that comes first in the alphabet: it asks for the peering. */
  readonly a: string;
  /** Name of the other, which accepts it. */
  readonly b: string;
  /** What fits through the way between them. */
  readonly path: PathMtu;
}

/** The plan of a lab. */
export interface LabPlan {
  /** Name of the lab: the stack's, unless the configuration gives another. */
  readonly name: string;
  /** From which it follows, in the order of names. */
  readonly config: LabConfig;
  /** The configuration as the backend sees it. */
  readonly backendConfig: BackendConfig<unknown>;
  /** In the order of their names. */
  readonly clusters: readonly ClusterPlan[];
  /** Every two clusters. */
  readonly pairs: readonly PairPlan[];
  /** Who must reach whom. */
  readonly flows: readonly Flow[];
  /** How pods get their network. */
  readonly networking: Networking;
  /** The backend's charts. */
  readonly charts: Readonly<Record<string, Chart>>;
  /** Undefined when it is off. */
  readonly demo: DemoPlan | undefined;
  /** How Services of the demo are called from other clusters; by example when it is off. */
  readonly naming: readonly NamingRow[];
  /** What the trust anchor does not vouch for. */
  readonly trustNote: string | undefined;
  /** What whoever chooses it must know before anything is built. */
  readonly warnings: readonly string[];
  /** What the nodes take of the account's quota. */
  readonly vcpus: readonly RegionVcpus[];
  /** What an hour costs, on the day for which the lab was planned. */
  readonly price: PricePlan;
}

/**
 * Plans a lab.
 *
 * @param stack its name, which is the lab's unless the configuration gives another
 * @param day ISO date for which the price holds
 */
export function plan(stack: string, given: LabConfig, day: string): LabPlan {
  const config = inOrder(given);
  const name = config.labName ?? stack;
  const profile = profileOf(config.backend);
  const seen = backendConfig(config);
  const networking = profile.networking(seen);
  const exporter = profile.exporter(seen);
  const demo = planDemo(config, exporter, profile.title);
  const flows = orderedPairs(config.clusters).flatMap(([from, to]) => [...profile.flows(from.name, to.name, seen)]);
  const topology = planTopology(profile, seen, demo);
  const pairs = planPairs(config.clusters, topology.route);
  const nodeGroups = profile.nodeGroups?.(seen) ?? [];
  const vcpus = planVcpus(config, nodeGroups);
  return {
    name,
    config,
    backendConfig: seen,
    clusters: planClusters(name, profile, seen, { topology, pairs, flows, networking, nodeGroups, demo }),
    pairs,
    flows,
    networking,
    charts: profile.charts,
    demo,
    naming: namingTable(config, exporter),
    trustNote: profile.trustNote,
    warnings: [...(profile.warnings?.(seen) ?? []), ...vcpuWarnings(vcpus, config.nodes, config.quotas.vcpus)],
    vcpus,
    price: planPrice(config, balancersOnAws(topology), nodeGroups, day),
  };
}

/** Addresses and load balancers of every cluster, and the way between them. */
function planTopology(
  profile: BackendProfile<unknown>,
  config: BackendConfig<unknown>,
  demo: DemoPlan | undefined,
): Topology {
  const { interconnect, exposure, adminCidrs } = config;
  const clusters = config.clusters.map((cluster) => {
    const { name } = cluster;
    const way = wayInto(cluster);
    return {
      name,
      place: placeOf(cluster),
      balancers: profile.balancers(name, config).map((each) => ({ ...each, way, exposure })),
      frontDoor: frontDoorOf({ name, way }, demo, adminCidrs),
    };
  });
  const balanced = clusters.some(({ balancers }) => balancers.length > 0);
  return { interconnect, exposure, adminCidrs, route: routeBetween(config, balanced), clusters };
}

/**
 * The configuration with its lists in the order of their names: whatever follows from the plan is the same in whichever
 * order a person lists clusters and networks.
 */
function inOrder(config: LabConfig): LabConfig {
  return { ...config, clusters: config.clusters.toSorted(byName), adminCidrs: config.adminCidrs.toSorted() };
}

/** Where a cluster is, as far as packets go. */
function placeOf(cluster: ClusterConfig): PlacedCluster["place"] {
  if (!isEks(cluster)) return { kind: "elsewhere", egressCidr: cluster.egressCidr };
  const { region, vpcCidr } = cluster;
  return { kind: "vpc", region, vpcCidr, subnets: planAddresses(vpcCidr) };
}

/** By what callers come in to a cluster. */
function wayInto(cluster: ClusterConfig): BalancerWay {
  if (isEks(cluster)) return { kind: "aws" };
  const { gateways, addresses = [] } = cluster;
  if (gateways === "node-ports") return { kind: "node-ports", addresses: addresses.toSorted() };
  return { kind: "load-balancer", gives: gateways === "load-balancer" ? "address" : "name" };
}

function planPairs(clusters: readonly ClusterConfig[], route: Route): PairPlan[] {
  return pairsOf(clusters).map(([a, b]) => ({ a: a.name, b: b.name, path: pathOf(a, b, route) }));
}

function pathOf(a: ClusterConfig, b: ClusterConfig, route: Route): PathMtu {
  if (isEks(a) && isEks(b)) return pathMtu(a.region, b.region, route);
  const [narrowest] = [a, b]
    .flatMap((each) => (isEks(each) ? [] : [saidMtu(each.pathMtu, each.name)]))
    .toSorted((x, y) => x.bytes - y.bytes);
  if (!narrowest) throw new Error(`${a.name} and ${b.name} are both the lab's`);
  return narrowest;
}

/** What the plan of a cluster follows from, besides its backend. */
interface Parts extends Pick<LabPlan, "pairs" | "flows" | "networking" | "demo"> {
  readonly topology: Topology;
  readonly nodeGroups: readonly ExtraNodeGroup[];
}

function planClusters(
  lab: string,
  profile: BackendProfile<unknown>,
  config: BackendConfig<unknown>,
  { topology, pairs, flows, networking, nodeGroups, demo }: Parts,
): ClusterPlan[] {
  const mtu = planMtu(
    pairs.map(({ path }) => path),
    networking,
  );
  const rules = ingressRules(flows, topology);
  return config.clusters.map((cluster) => {
    const { name } = cluster;
    const here = topology.clusters.find((each) => each.name === name);
    if (!here) throw new Error(`the topology has no cluster ${name}`);
    const planned = {
      lab,
      key: namePart(name),
      authorityName: profile.authorityName ?? `${name} intermediate`,
      mtu,
      networking,
      pods: [...profile.pods(name, config), ...demoPods(name, demo, profile.sidecar)],
      balancers: here.balancers.map((balancer) => ({
        ...balancer,
        sources: balancerSources(name, balancer.name, flows, topology),
      })),
      frontDoor: here.frontDoor,
      egressSource: egressSourceOf(name, topology),
    };
    if (!isEks(cluster)) {
      return { ...cluster, ...planned, nodeGroups: [], dnsForwards: [], ingressRules: [], apiSources: [] };
    }
    return {
      ...cluster,
      ...planned,
      eksName: `${lab}-${planned.key}`,
      tags: labTags(lab, config.tags),
      subnets: planAddresses(cluster.vpcCidr),
      nodeGroups,
      pods: [...addonPods(networking), ...planned.pods],
      dnsForwards: profile.dnsForwards?.(cluster) ?? [],
      clusterSetZone: profile.clusterSetZone?.(config),
      noSnatTo: config.interconnect === "peering" ? peeredWith(name, config).map(({ vpcCidr }) => vpcCidr) : [],
      ingressRules: rules.filter((rule) => rule.cluster === name),
      apiSources: apiSourcesFor(name, flows, topology),
    };
  });
}

function peeredWith(name: string, { clusters }: Pick<LabConfig, "clusters">): readonly EksClusterConfig[] {
  return clusters.filter(isEks).filter((peer) => peer.name !== name);
}

function balancersOnAws({ clusters }: Topology) {
  return clusters
    .filter(({ place }) => place.kind === "vpc")
    .flatMap(({ balancers, frontDoor }) => [...balancers, ...(frontDoor ? [frontDoor] : [])]);
}
