import { prefixLength } from "../../aws/account/cidr";
import { backboneAddress, linkLocalResolver } from "../plan/addresses";
import type { DesiredNetwork, VpcNetwork } from "../plan/desired";
import { clientJudgement, distribution, endings, masks } from "./balancer-rules";
import { backboneDevice, deviceTo } from "./names";
import { hook, namedSet, setOf } from "./nft";
import { inbound, outbound, securityChains } from "./security-rules";

/** Set of private addresses that have a public one. */
const mapped = "mapped";

/** What a VPC's router lets through, and where it sends what is addressed to something that is no machine. */
export function routerFirewall(vpc: VpcNetwork, network: DesiredNetwork): string {
  const { balancers, publicAddresses } = vpc;
  const privateIps = publicAddresses.map(({ privateIp }) => privateIp);
  return [
    namedSet(mapped, privateIps),
    ...securityChains(vpc),
    hook("answers", { type: "filter", hook: "prerouting", priority: "mangle", policy: "accept" }, [
      "ct direction reply ct mark != 0 meta mark set ct mark",
    ]),
    hook("translate", { type: "nat", hook: "prerouting", priority: "dstnat", policy: "accept" }, [
      ...ofResolver(vpc, (to) => `ip daddr ${to} meta l4proto { tcp, udp } th dport 53 dnat to ${backboneAddress}`),
      ...distribution(balancers),
      ...inwards(vpc),
    ]),
    hook("leave", { type: "nat", hook: "postrouting", priority: "srcnat", policy: "accept" }, [
      ...ofResolver(vpc, (to) => `ct status dnat ct original ip daddr ${to} snat to ${vpc.transit}`),
      ...masks(balancers),
      `oifname "${backboneDevice}" ip daddr ${vpc.cidr} accept`,
      ...outwards(vpc),
    ]),
    hook("input", { type: "filter", hook: "input", priority: "filter", policy: "drop" }, []),
    hook("pass", { type: "filter", hook: "forward", priority: "filter", policy: "accept" }, [
      ...endings(balancers),
      "ct state established,related accept",
      ...sourceChecks(vpc, network),
      // Amazon's resolver is not subject to security groups (VPC user guide, vpc-security-groups).
      ...ofResolver(vpc, (to) => `ct status dnat ct original ip daddr ${to} accept`),
      outbound,
      ...clientJudgement(vpc),
      inbound,
    ]),
  ].join("\n");
}

/** The rule that `write` makes of the set of addresses at which instances ask Amazon's resolver; none without DNS support. */
function ofResolver({ resolver }: VpcNetwork, write: (addresses: string) => string): string[] {
  return resolver ? [write(setOf([resolver, linkLocalResolver]))] : [];
}

/** From the internet to interfaces with a public address. */
function inwards({ publicAddresses }: VpcNetwork): string[] {
  if (publicAddresses.length === 0) return [];
  const map = setOf(publicAddresses.map(({ publicIp, privateIp }) => `${publicIp} : ${privateIp}`));
  return [`iifname "${backboneDevice}" dnat to ip daddr map ${map}`];
}

/** To the internet, by the address of the NAT gateway or one's own; the longest destination first, as routes are chosen. */
function outwards(vpc: VpcNetwork): string[] {
  const { subnets, publicAddresses } = vpc;
  const map = setOf(publicAddresses.map(({ publicIp, privateIp }) => `${privateIp} : ${publicIp}`));
  const routes = subnets.flatMap(({ cidr, routes }) => routes.map((route) => ({ ...route, cidr })));
  return routes
    .sort((a, b) => prefixLength(b.destination) - prefixLength(a.destination))
    .flatMap(({ cidr, destination, target }) => {
      const match = `oifname "${backboneDevice}" ip saddr ${cidr} ip daddr ${destination}`;
      if (target.by === "nat-gateway") return [`${match} snat to ${target.address}`];
      if (target.by === "internet-gateway" && publicAddresses.length > 0)
        return [`${match} snat to ip saddr map ${map}`];
      return [];
    });
}

/**
 * Senders that AWS does not believe: instances with an address that is not theirs (source/destination check), peers with
 * one outside of their VPC (peering is not transitive), and those without a public address at an internet gateway.
 */
function sourceChecks(vpc: VpcNetwork, { peerings, vpcs }: DesiredNetwork): string[] {
  const refuse = (match: string) => `${match} counter drop comment "not its own address"`;
  const nodes = vpc.nodes.map(({ instanceId, address, podCidr }) =>
    refuse(`iifname "${deviceTo("node", instanceId)}" ip saddr != ${setOf(podCidr ? [address, podCidr] : [address])}`),
  );
  const peers = peerings.flatMap(({ id, vpcIds: [a, b] }) => {
    const peer = vpcs.find((each) => each.id === (a === vpc.id ? b : a));
    if (!peer || ![a, b].includes(vpc.id)) return [];
    return [refuse(`iifname "${deviceTo("peering", id)}" ip saddr != ${peer.cidr}`)];
  });
  const publicSubnets = vpc.subnets.flatMap(({ cidr, routes }) =>
    routes
      .filter(({ target }) => target.by === "internet-gateway")
      .map(
        ({ destination }) =>
          `oifname "${backboneDevice}" ip saddr ${cidr} ip saddr != @${mapped} ip daddr ${destination} ` +
          `ip daddr != ${vpc.cidr} counter drop comment "no public address"`,
      ),
  );
  return [...nodes, ...peers, ...publicSubnets];
}
