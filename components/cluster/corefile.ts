import { coerce, gte } from "semver";
import type { DnsForward } from "../plan/networking";

/**
 * The Corefile of EKS's coredns add-on (as version 1.11 to 1.14 write it) with what a backend adds to it. Undefined where
 * it adds nothing, and the add-on's own will do.
 *
 * It goes through the add-on's own configuration: what anybody writes into the ConfigMap itself is gone after the add-on's
 * next update.
 *
 * @param forwards zones that another server answers
 * @param clusterSetZone zone of the Services that have a ServiceImport here
 */
export function corefile(forwards: readonly DnsForward[], clusterSetZone: string | undefined): string | undefined {
  if (forwards.length === 0 && !clusterSetZone) return undefined;
  const zones = forwards.map(({ zone, address }) =>
    block(`${zone}:53`, ["errors", "cache 30", `forward . ${address}`]),
  );
  return [...zones, block(".:53", clusterDirectives(clusterSetZone))].join("");
}

/** The first CoreDNS whose `kubernetes` knows `multicluster` (CoreDNS 1.12.2, plugin/kubernetes). */
const multiclusterSince = "1.12.2";

/**
 * An older CoreDNS does not start with a Corefile that has a cluster set's zone, and the cluster would be without DNS.
 *
 * @param version of the add-on, e.g. `v1.13.2-eksbuild.1`
 * @returns the same version
 * @throws when it is too old
 */
export function requireMulticluster(version: string): string {
  // `-eksbuild.1` is a build of the version, not something before it.
  const coredns = coerce(version);
  if (coredns && gte(coredns, multiclusterSince)) return version;
  throw new Error(
    `EKS's coredns add-on is ${version}, and Services of a cluster set need ${multiclusterSince} or newer: ` +
      "choose a newer kubernetesVersion, or another way to export Services.",
  );
}

function clusterDirectives(clusterSetZone: string | undefined): string[] {
  const zones = ["cluster.local", ...(clusterSetZone ? [clusterSetZone] : []), "in-addr.arpa ip6.arpa"].join(" ");
  const inside = [
    ...(clusterSetZone ? [`multicluster ${clusterSetZone}`] : []),
    "pods insecure",
    "fallthrough in-addr.arpa ip6.arpa",
  ];
  return [
    "errors",
    "health {\n        lameduck 5s\n      }",
    "ready",
    `kubernetes ${zones} {\n${inside.map((directive) => `      ${directive}\n`).join("")}    }`,
    "prometheus :9153",
    "forward . /etc/resolv.conf",
    "cache 30",
    "loop",
    "reload",
    "loadbalance",
  ];
}

function block(zone: string, directives: readonly string[]): string {
  return [`${zone} {`, ...directives.map((directive) => `    ${directive}`), "}", ""].join("\n");
}
