/**
 * What the lab costs an hour in us-east-1, in USD, before traffic and disks. Prices: public price lists as of 2026
 * (control plane and NAT gateway from cloudburn.io and usage.ai, the rest of AWS's own pages).
 */
import { instanceType } from "../base/instance-types";
import { inExtendedSupport } from "../base/kubernetes-versions";
import { isEks } from "../config/cluster";
import type { CommonConfig } from "../config/common";
import type { ExtraNodeGroup } from "./networking";

const hourly = {
  controlPlane: 0.1,
  controlPlaneExtended: 0.6,
  natGateway: 0.045,
  publicAddress: 0.005,
  loadBalancer: 0.0225,
} as const;

/** A line of the bill. */
export interface PriceItem {
  /** In AWS's words, e.g. `NAT gateway`. */
  readonly what: string;
  /** How many the lab has. */
  readonly count: number;
  /** USD an hour for one. */
  readonly each: number;
}

/** What the lab costs. */
export interface PricePlan {
  /** Its parts; those of which there are none are left out. */
  readonly items: readonly PriceItem[];
  /** USD an hour: the sum of the items, to a tenth of a cent. */
  readonly perHour: number;
  /** What the sum does not hold. */
  readonly without: readonly string[];
}

/**
 * The bill of a lab.
 *
 * @param balancers all load balancers of the lab
 * @param nodeGroups nodes of each cluster besides the ordinary ones
 * @param day ISO date by which a Kubernetes version is in extended support or not
 */
export function planPrice(
  config: Pick<CommonConfig, "clusters" | "nodes" | "kubernetesVersion">,
  balancers: readonly { readonly exposure: "private" | "public" }[],
  nodeGroups: readonly ExtraNodeGroup[],
  day: string,
): PricePlan {
  const clusters = config.clusters.filter(isEks).length;
  const nodesIn = (groups: readonly ExtraNodeGroup[]) => groups.reduce((sum, { nodes }) => sum + nodes, 0);
  const publicNodes = nodesIn(nodeGroups.filter(({ subnets }) => subnets === "public"));
  const extended = inExtendedSupport(config.kubernetesVersion, day);
  const nodes = clusters * (config.nodes.desired + nodesIn(nodeGroups));
  const onDemand = config.nodes.capacity === "on-demand";
  const instance = onDemand ? instanceType(config.nodes.instanceType)?.price : undefined;
  // One address in each of two zones.
  const publicBalancerAddresses = balancers.filter(({ exposure }) => exposure === "public").length * 2;
  const items: PriceItem[] = [
    {
      what: extended ? "EKS control plane in extended support" : "EKS control plane",
      count: clusters,
      each: extended ? hourly.controlPlaneExtended : hourly.controlPlane,
    },
    ...(instance === undefined
      ? []
      : [
          {
            what: `${config.nodes.instanceType} node`,
            count: nodes,
            each: instance,
          },
        ]),
    { what: "NAT gateway", count: clusters, each: hourly.natGateway },
    { what: "network load balancer", count: balancers.length, each: hourly.loadBalancer },
    {
      what: "public IPv4 address",
      count: clusters * (1 + publicNodes) + publicBalancerAddresses,
      each: hourly.publicAddress,
    },
  ];
  const sum = items.reduce((total, item) => total + item.count * item.each, 0);
  return {
    items: items.filter(({ count }) => count > 0),
    perHour: Math.round(sum * 1000) / 1000,
    without: [
      ...(instance === undefined && nodes > 0 ? [unpricedNodes(nodes, config.nodes)] : []),
      ...(clusters === config.clusters.length ? [] : ["clusters that are there already"]),
      "traffic",
      "disks",
    ],
  };
}

/** One line: the sum, and in the same breath what it does not hold. */
export function priceText({ items, perHour, without }: PricePlan): string {
  if (items.length === 0) return "nothing on AWS: the lab makes no cluster";
  const rest = `${without.slice(0, -1).join(", ")} and ${without.at(-1)}`;
  return `USD ${perHour.toFixed(2)} an hour, without ${rest}, at the prices of us-east-1`;
}

/** Spot prices change by the hour and are at most those on demand (EC2 user guide, using-spot-instances-history). */
function unpricedNodes(count: number, { capacity, instanceType: name }: CommonConfig["nodes"]): string {
  const most = count * (instanceType(name)?.price ?? 0);
  return `the ${count} nodes (${capacity} ${name}: no fixed price, at most USD ${most.toFixed(2)} together)`;
}
