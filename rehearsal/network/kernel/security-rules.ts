/** Security groups as rules of a VPC's router (VPC user guide, vpc-security-groups). */
import type { GroupRule, VpcNetwork } from "../plan/desired";
import { chain, namedSet } from "./nft";

/** Set of all addresses that carry a group of the VPC. */
const carriers = "carriers";

const [icmp, tcp, udp] = [1, 6, 17];

/** Sets and chains that `outbound` and `inbound` use. They judge connections, not packets: what was let through once is not asked. */
export function securityChains({ groups, rules }: VpcNetwork): string[] {
  const own = groups.filter((group) => group.own).flatMap(({ addresses }) => addresses);
  return [
    namedSet(carriers, [...new Set(own)]),
    ...groups.map(({ groupId, addresses }) => namedSet(groupId, addresses)),
    chain("outbound", [...rules.filter(({ direction }) => direction === "egress").map(egressRule), refuse("egress")]),
    chain("inbound", [...rules.filter(({ direction }) => direction === "ingress").map(ingressRule), refuse("ingress")]),
  ];
}

/** Whoever sends needs a rule of its groups. */
export const outbound = `ip saddr @${carriers} jump outbound`;

/** And whoever is reached needs one of its own. */
export const inbound = `ip daddr @${carriers} jump inbound`;

function refuse(direction: string): string {
  return `counter drop comment "no ${direction} rule"`;
}

/** By the destination that the sender wrote: of a load balancer, not of the target that it chooses. */
function egressRule(rule: GroupRule): string {
  const peer = `ct original ip daddr ${"cidr" in rule.peer ? rule.peer.cidr : `@${rule.peer.groupId}`}`;
  return words(
    `ip saddr @${rule.groupId}`,
    protocolMatch(rule),
    peer,
    portMatch(rule, "ct original proto-dst"),
    "return",
  );
}

/**
 * Groups are not recognised through a load balancer that keeps the client's address (ELB user guide for NLB,
 * load-balancer-security-groups).
 */
function ingressRule(rule: GroupRule): string {
  const peer = "cidr" in rule.peer ? `ip saddr ${rule.peer.cidr}` : `ct status ! dnat ip saddr @${rule.peer.groupId}`;
  return words(`ip daddr @${rule.groupId}`, peer, protocolMatch(rule), portMatch(rule, "th dport"), "return");
}

/** The protocol, which comes before the port: only with it does nft know what that is. */
export function protocolMatch({ protocol }: Pick<GroupRule, "protocol">): string {
  return protocol === "all" ? "" : `meta l4proto ${protocol}`;
}

/** Ports, or ICMP type and code. */
export function portMatch({ protocol, from, to }: Pick<GroupRule, "protocol" | "from" | "to">, port: string): string {
  if (protocol === icmp) {
    return words(from === undefined ? "" : `icmp type ${from}`, to === undefined ? "" : `icmp code ${to}`);
  }
  if ((protocol !== tcp && protocol !== udp) || from === undefined || to === undefined) return "";
  if (from === 0 && to === 65535) return "";
  return `${port} ${from === to ? from : `${from}-${to}`}`;
}

function words(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(" ");
}
