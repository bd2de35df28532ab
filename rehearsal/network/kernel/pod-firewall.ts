/** NetworkPolicies as the agent beside AWS's CNI enforces them, on the node that a pod is on (aws-network-policy-agent, pkg/ebpf). */
import type { Admission, PodGuard } from "../plan/desired";
import { hook, setOf } from "./nft";

/**
 * Whoever calls a guarded pod is judged when Services have translated the addresses: by a load balancer one comes with a
 * node's. The pod's own node may always call it, and what was let in once goes on.
 */
export function podFirewall(guards: readonly PodGuard[]): string {
  if (guards.length === 0) return "";
  return hook("pods", { type: "filter", hook: "postrouting", priority: "110", policy: "accept" }, [
    "ct state established,related accept",
    "fib saddr type local accept",
    ...guards.flatMap(({ address, admits }) => [
      ...admits.map((admission) => `ip daddr ${address} ${matching(admission)}accept`),
      `ip daddr ${address} counter drop`,
    ]),
  ]);
}

function matching({ from, ports }: Admission): string {
  const words = [
    ...(from ? [`ip saddr ${from.cidr}`] : []),
    ...(from && from.except.length > 0 ? [`ip saddr != ${setOf(from.except)}`] : []),
    ...(ports ? [`${ports.protocol} dport ${ports.first}-${ports.last}`] : []),
  ];
  return words.map((word) => `${word} `).join("");
}
