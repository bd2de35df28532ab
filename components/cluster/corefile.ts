import type { DnsForward } from "../backends/profile";

/**
 * The Corefile of EKS's coredns add-on (as version 1.11 to 1.13 write it) with zones that another server answers.
 *
 * It goes through the add-on's own configuration: what anybody writes into the ConfigMap itself is gone after the add-on's
 * next update.
 */
export function corefile(forwards: readonly DnsForward[]): string {
  const zones = forwards.map(({ zone, address }) =>
    block(`${zone}:53`, ["errors", "cache 30", `forward . ${address}`]),
  );
  return [...zones, cluster].join("");
}

const cluster = block(".:53", [
  "errors",
  "health {\n        lameduck 5s\n      }",
  "ready",
  "kubernetes cluster.local in-addr.arpa ip6.arpa {\n      pods insecure\n      fallthrough in-addr.arpa ip6.arpa\n    }",
  "prometheus :9153",
  "forward . /etc/resolv.conf",
  "cache 30",
  "loop",
  "reload",
  "loadbalance",
]);

function block(zone: string, directives: readonly string[]): string {
  return [`${zone} {`, ...directives.map((directive) => `    ${directive}`), "}", ""].join("\n");
}
