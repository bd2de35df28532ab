/** Load balancers as translation of addresses in the router of their VPC. */
import type { BalancerAddress, BalancerNetwork, GroupRule, ListenerNetwork, VpcNetwork } from "../plan/desired";
import { backboneDevice } from "./names";
import { setOf } from "./nft";
import { portMatch, protocolMatch } from "./security-rules";

interface Place {
  readonly address: BalancerAddress;
  readonly listener: ListenerNetwork;
}

/** Before routing: a connection goes to a node, chosen by a hash of the flow. Without targets it is dropped. */
export function distribution(balancers: readonly BalancerNetwork[]): string[] {
  return balancers.flatMap(placesOf).flatMap(({ address, listener }) => {
    const { protocol, port, targets, nodePort } = listener;
    const to =
      targets.length > 0 ? `ct mark set ${address.table} dnat to ${choice(listener)}:${nodePort}` : "counter drop";
    // From inside of the VPC a public address is reached by way of the internet.
    return [
      `ip daddr ${address.privateIp} ${protocol} dport ${port} ${to}`,
      ...(address.publicIp
        ? [`iifname "${backboneDevice}" ip daddr ${address.publicIp} ${protocol} dport ${port} ${to}`]
        : []),
    ];
  });
}

function choice({ protocol, targets }: ListenerNetwork): string {
  if (targets.length === 1) return targets[0] ?? "";
  const map = setOf(targets.map((target, index) => `${index} : ${target}`));
  return `jhash ip saddr . ${protocol} sport mod ${targets.length} map ${map}`;
}

/**
 * Connections to a target that is none any more end with a reset (ELB user guide for NLB, target-group-health-checks);
 * to be asked before those that were let through once are let through.
 */
export function endings(balancers: readonly BalancerNetwork[]): string[] {
  return balancers
    .flatMap(placesOf)
    .filter(({ listener }) => listener.protocol === "tcp")
    .map(({ address, listener: { port, targets } }) => {
      const gone = targets.length > 0 ? `ct reply ip saddr != ${setOf(targets)} ` : "";
      return `meta l4proto tcp ct status dnat ${through(address)} ct original proto-dst ${port} ${gone}reject with tcp reset`;
    });
}

/**
 * Clients of a load balancer with a group of its own are judged by that, at the balancer's port. Its targets let the balancer
 * in by a rule for its group, which the controller makes (cloud-provider-aws): that rule is not looked at again.
 */
export function clientJudgement({ balancers, rules }: Pick<VpcNetwork, "balancers" | "rules">): string[] {
  return balancers.flatMap(({ groupId, addresses }) => {
    const own = rules.filter((rule) => rule.groupId === groupId && rule.direction === "ingress");
    if (!groupId) return [];
    return addresses.flatMap((address) => [
      ...own.map((rule) => `${clientMatch(address, rule)} accept`),
      `ct status dnat ${through(address)} counter drop comment "no ingress rule"`,
    ]);
  });
}

function clientMatch(address: BalancerAddress, rule: GroupRule): string {
  const peer = "cidr" in rule.peer ? rule.peer.cidr : `@${rule.peer.groupId}`;
  const parts = [protocolMatch(rule), `ct status dnat ${through(address)}`, portMatch(rule, "ct original proto-dst")];
  return [...parts, `ip saddr ${peer}`].filter((part) => part !== "").join(" ");
}

/** After routing: what does not keep the client's address comes from the balancer's own. */
export function masks(balancers: readonly BalancerNetwork[]): string[] {
  return balancers
    .filter(({ keepsClient }) => !keepsClient)
    .flatMap(({ addresses }) =>
      addresses.map((address) => `ct status dnat ${through(address)} snat to ${address.privateIp}`),
    );
}

function placesOf(balancer: BalancerNetwork): Place[] {
  return balancer.addresses.flatMap((address) => address.listeners.map((listener) => ({ address, listener })));
}

function through({ privateIp, publicIp }: BalancerAddress): string {
  return `ct original ip daddr ${setOf(publicIp ? [privateIp, publicIp] : [privateIp])}`;
}
