import { backboneAddress, registryAddress } from "../plan/addresses";
import type { ApiEndpoint, DesiredNetwork, VpcNetwork } from "../plan/desired";
import { deviceTo, type NamespaceNames } from "./names";
import { hook, namedSet } from "./nft";
import { routing } from "./settings";
import type { ApiPort, DeviceAddress, KernelRoute, NamespaceState, RoutePolicy } from "./state";

/** Table of a VPC in the backbone, in which there is nothing but the way to its router: by the router's address. */
function tableOf({ transit }: VpcNetwork): number {
  const [, , third = 0, fourth = 0] = transit.split(".").map(Number);
  return 10_000 + third * 256 + fourth;
}

/**
 * AWS's own network and the internet: control planes and services live in it, with the addresses of AWS's interfaces in the
 * VPCs; public addresses are reached through it. Everything else on the internet is unreachable, and says so.
 */
export function backboneState(network: DesiredNetwork, names: NamespaceNames, apiPort: ApiPort): NamespaceState {
  return {
    name: names.backbone,
    // API servers listen on loopback, and what is for them comes from outside.
    settings: { ...routing, "net.ipv4.conf.all.route_localnet": "1" },
    addresses: ownAddresses(network),
    routes: network.vpcs.flatMap((vpc) => routesTo(vpc, network)),
    policies: network.vpcs.flatMap(policiesOf),
    firewall: firewall(network, apiPort),
  };
}

function ownAddresses({ vpcs, endpoints }: DesiredNetwork): DeviceAddress[] {
  const addresses = [
    backboneAddress,
    registryAddress,
    ...vpcs.flatMap(({ amazonInterfaces }) => amazonInterfaces),
    ...endpoints.flatMap(({ publicIps }) => publicIps),
  ];
  return [...new Set(addresses)].map((address) => ({ address, device: "lo" }));
}

function routesTo(vpc: VpcNetwork, { endpoints }: DesiredNetwork): KernelRoute[] {
  const to = { device: deviceTo("vpc", vpc.id), via: vpc.transit };
  // What the API server calls, it calls by its interface in the VPC. Where several clusters are in one VPC: the first one's.
  const [source] = endpoints.filter(({ vpcId }) => vpcId === vpc.id).flatMap(({ interfaces }) => interfaces);
  return [
    { destination: `${vpc.transit}/32`, to: { device: to.device } },
    { destination: vpc.cidr, to: source ? { ...to, source } : to },
    ...vpc.publicAddresses.map(({ publicIp }): KernelRoute => ({ destination: `${publicIp}/32`, to })),
    { destination: "default", table: tableOf(vpc), to },
  ];
}

/** What comes from an interface in a VPC goes by that VPC's router, wherever it goes. */
function policiesOf(vpc: VpcNetwork): RoutePolicy[] {
  return vpc.amazonInterfaces.map((address) => ({ priority: 10, match: { from: address }, table: tableOf(vpc) }));
}

function firewall({ vpcs, endpoints }: DesiredNetwork, apiPort: ApiPort): string {
  const publicIps = vpcs.flatMap(({ publicAddresses }) => publicAddresses.map(({ publicIp }) => publicIp));
  return [
    namedSet("public", publicIps),
    ...endpoints.map((endpoint) => namedSet(admitted(endpoint), endpoint.publicAccess)),
    hook("translate", { type: "nat", hook: "prerouting", priority: "dstnat", policy: "accept" }, [
      ...endpoints.flatMap((endpoint) => apiRules(endpoint, apiPort(endpoint.cluster))),
    ]),
    hook("input", { type: "filter", hook: "input", priority: "filter", policy: "drop" }, [
      'iifname "lo" accept',
      "ct state established,related accept",
      "ct status dnat accept",
      `ip daddr ${backboneAddress} meta l4proto { tcp, udp } th dport 53 accept`,
      `ip daddr ${registryAddress} tcp dport 443 accept`,
      "counter drop",
    ]),
    hook("pass", { type: "filter", hook: "forward", priority: "filter", policy: "drop" }, [
      "ct state established,related accept",
      "ip saddr @public ip daddr @public accept",
      "counter drop",
    ]),
  ].join("\n");
}

/** From the endpoint's addresses to the API server's own port; public ones only for those that the access list admits. */
function apiRules(endpoint: ApiEndpoint, port: number | undefined): string[] {
  if (port === undefined) return [];
  const to = `tcp dport 443 dnat to 127.0.0.1:${port}`;
  return [
    ...endpoint.privateIps.map((address) => `ip daddr ${address} ${to}`),
    ...endpoint.publicIps.map((address) => `ip saddr @${admitted(endpoint)} ip daddr ${address} ${to}`),
  ];
}

/** Set of the sources that a cluster's public addresses admit. */
function admitted({ host }: ApiEndpoint): string {
  return `admitted-${host.split(".")[0]}`;
}
