import { backboneAddress } from "../plan/addresses";
import type { DesiredNetwork, SubnetRoute, VpcNetwork } from "../plan/desired";
import { backboneDevice, deviceTo, type NamespaceNames } from "./names";
import { routerFirewall } from "./router-firewall";
import { routing } from "./settings";
import { type KernelRoute, lastMetric, type NamespaceState, type RoutePolicy } from "./state";

/** Range of addresses that have a meaning on their link only (RFC 3927). */
const linkLocal = "169.254.0.0/16";

/** A VPC's router. What nothing leads anywhere is dropped, as in a VPC, and not answered. */
export function routerState(vpc: VpcNetwork, network: DesiredNetwork, names: NamespaceNames): NamespaceState {
  return {
    name: names.of(vpc.id),
    settings: routing,
    addresses: [vpc.transit, ...vpc.subnets.map(({ gateway }) => gateway)].map((address) => ({
      address,
      device: "lo",
    })),
    routes: [...insideRoutes(vpc), ...vpc.subnets.flatMap(({ table, routes }) => subnetRoutes(table, routes))],
    policies: policiesOf(vpc),
    firewall: routerFirewall(vpc, network),
  };
}

/** The VPC itself, which every route table holds first. */
function insideRoutes({ cidr, nodes, amazonInterfaces }: VpcNetwork): KernelRoute[] {
  const backbone = { device: backboneDevice, via: backboneAddress };
  return [
    { destination: `${backboneAddress}/32`, to: { device: backboneDevice } },
    ...amazonInterfaces.map((address): KernelRoute => ({ destination: `${address}/32`, to: backbone })),
    ...nodes.flatMap(({ instanceId, address, podCidr }): KernelRoute[] => {
      const device = deviceTo("node", instanceId);
      const own: KernelRoute = { destination: `${address}/32`, to: { device } };
      return podCidr ? [own, { destination: podCidr, to: { device, via: address } }] : [own];
    }),
    { destination: cidr, metric: lastMetric, to: "blackhole" },
    // Instance metadata and the like: programs that look for them are told at once that there are none.
    { destination: linkLocal, to: "unreachable" },
    { destination: "default", metric: lastMetric, to: "blackhole" },
  ];
}

function subnetRoutes(table: number, routes: readonly SubnetRoute[]): KernelRoute[] {
  return [
    ...routes.map(({ destination, target }): KernelRoute => ({ destination, table, to: nextHop(target) })),
    { destination: "default", table, metric: lastMetric, to: "blackhole" },
  ];
}

function nextHop(target: SubnetRoute["target"]): KernelRoute["to"] {
  switch (target.by) {
    case "peering":
      return { device: deviceTo("peering", target.peeringId), via: target.transit };
    case "nat-gateway":
    case "internet-gateway":
      return { device: backboneDevice, via: backboneAddress };
    case "nothing":
      return "blackhole";
  }
}

function policiesOf({ cidr, subnets }: VpcNetwork): RoutePolicy[] {
  return [
    { priority: 10, match: { to: linkLocal }, table: "main" },
    { priority: 20, match: { to: cidr }, table: "main" },
    // Answers that a load balancer passes on leave by its own subnet.
    ...subnets.map(({ table }): RoutePolicy => ({ priority: 30, match: { mark: table }, table })),
    ...subnets.map((subnet): RoutePolicy => ({ priority: 40, match: { from: subnet.cidr }, table: subnet.table })),
  ];
}
