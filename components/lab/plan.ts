/** The whole lab as plain data. Components only carry it out. */

import { backendProfiles } from "../backends/profiles";
import { orderedPairs, pairsOf } from "../base/pairs";
import type { ClusterConfig } from "../config/cluster";
import type { LabConfig } from "../config/schema";
import { frontDoor } from "../demo/front-door";
import { type DemoPlan, planDemo } from "../demo/plan";
import { type AddressPlan, planAddresses } from "../plan/addresses";
import type { Balancer, Chart, DnsForward, ExtraNodeGroup, Networking } from "../plan/backend-profile";
import type { Flow } from "../plan/flows";
import {
  type ApiAccess,
  apiAccessFor,
  balancerSources,
  egressSourceOf,
  type IngressRule,
  ingressRules,
  type Source,
  type Topology,
} from "../plan/ingress-rules";
import { type MtuPlan, type PathMtu, pathMtu, planMtu, routeBetween } from "../plan/mtu";
import { type PricePlan, planPrice } from "../plan/price";

export interface ClusterPlan extends Readonly<ClusterConfig> {
  /** Name of the EKS cluster: unique in the account, because it carries the stack's name. */
  readonly eksName: string;
  /** Common name of the cluster's certificate authority. */
  readonly authorityName: string;
  readonly subnets: AddressPlan;
  readonly mtu: MtuPlan;
  readonly networking: Networking;
  /** Besides the ordinary nodes. */
  readonly nodeGroups: readonly ExtraNodeGroup[];
  readonly dnsForwards: readonly DnsForward[];
  /** Zone of imported Services in the cluster's own DNS, if it has one. */
  readonly clusterSetZone: string | undefined;
  /** Where the addresses of pods stay what they are: the peers' VPCs. Elsewhere the node's address replaces them. */
  readonly noSnatTo: readonly string[];
  /** Of the backend: where peers come in. */
  readonly balancers: readonly BalancerPlan[];
  /** Of the demo: where people come in. */
  readonly frontDoor: BalancerPlan | undefined;
  readonly ingressRules: readonly IngressRule[];
  readonly apiAccess: ApiAccess;
  /** Where its packets seem to come from when they arrive at a peer. */
  readonly egressSource: Source;
}

export interface BalancerPlan extends Balancer {
  readonly exposure: LabConfig["exposure"];
  /** Who may come in by it. */
  readonly sources: readonly Source[];
}

/** Two clusters; every pair appears once. */
export interface PairPlan {
  readonly a: string;
  readonly b: string;
  readonly path: PathMtu;
}

export interface LabPlan {
  /** Name of the lab: the stack's. */
  readonly name: string;
  readonly config: LabConfig;
  readonly clusters: readonly ClusterPlan[];
  readonly pairs: readonly PairPlan[];
  readonly flows: readonly Flow[];
  readonly networking: Networking;
  readonly charts: Readonly<Record<string, Chart>>;
  /** Undefined when it is off. */
  readonly demo: DemoPlan | undefined;
  readonly price: PricePlan;
}

/**
 * @param name the stack's name
 * @param day ISO date for which the price holds
 */
export function plan(name: string, config: LabConfig, day: string): LabPlan {
  const profile = backendProfiles[config.backend];
  const networking = profile.networking(config);
  const demo = planDemo(config, profile.exporter(config));
  const laidOut = config.clusters.map((cluster) => ({
    ...cluster,
    subnets: planAddresses(cluster.vpcCidr),
    balancers: profile.balancers(cluster.name, config).map((each) => ({ ...each, exposure: config.exposure })),
    frontDoor: frontDoorOf(cluster, demo, config.adminCidrs),
  }));
  const route = routeBetween(
    config,
    laidOut.some(({ balancers }) => balancers.length > 0),
  );
  const pairs = pairsOf(config.clusters).map(
    ([a, b]): PairPlan => ({ a: a.name, b: b.name, path: pathMtu(a.region, b.region, route) }),
  );
  const mtu = planMtu(
    pairs.map(({ path }) => path),
    networking,
  );
  const flows = orderedPairs(config.clusters).flatMap(([from, to]) => [...profile.flows(from.name, to.name, config)]);
  const { interconnect, exposure, adminCidrs } = config;
  const around: Topology = { interconnect, exposure, adminCidrs, route, clusters: laidOut };
  const rules = ingressRules(flows, around);
  const nodeGroups = profile.nodeGroups?.(config) ?? [];
  return {
    name,
    config,
    pairs,
    flows,
    networking,
    demo,
    charts: profile.charts,
    clusters: laidOut.map((cluster) => ({
      ...cluster,
      eksName: `${name}-${cluster.name}`,
      authorityName: profile.authorityName ?? `${cluster.name} intermediate`,
      mtu,
      networking,
      nodeGroups,
      dnsForwards: profile.dnsForwards?.(cluster) ?? [],
      clusterSetZone: profile.clusterSetZone?.(config),
      balancers: cluster.balancers.map((balancer) => ({
        ...balancer,
        sources: balancerSources(cluster.name, balancer.name, flows, around),
      })),
      noSnatTo:
        config.interconnect === "peering"
          ? laidOut.filter((peer) => peer.name !== cluster.name).map((peer) => peer.vpcCidr)
          : [],
      ingressRules: rules.filter((rule) => rule.cluster === cluster.name),
      apiAccess: apiAccessFor(cluster.name, flows, around),
      egressSource: egressSourceOf(cluster.name, around),
    })),
    price: planPrice(
      config,
      laidOut.flatMap(({ balancers, frontDoor }) => [...balancers, ...(frontDoor ? [frontDoor] : [])]),
      nodeGroups,
      day,
    ),
  };
}

/** Where people come in to the demo: from where its administrators are, or from within the VPC when there are none. */
function frontDoorOf(
  { name, vpcCidr }: ClusterConfig,
  demo: DemoPlan | undefined,
  adminCidrs: readonly string[],
): BalancerPlan | undefined {
  if (!demo?.instances.some(({ cluster, service }) => cluster === name && service.name === frontDoor.of))
    return undefined;
  const open = adminCidrs.length > 0;
  const from = open ? adminCidrs : [vpcCidr];
  return {
    ...frontDoor.balancer,
    namespace: demo.namespace,
    exposure: open ? "public" : "private",
    sources: from.map((cidr) => ({ kind: "cidr", cidr })),
  };
}
