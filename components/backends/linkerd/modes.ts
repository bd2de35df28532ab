/** How Services are exported, and who imports them: pure functions of the settings. */
import { isEks } from "../../config/cluster";
import type { BackendConfig, PartialBackendConfig } from "../../plan/backend-profile";
import { clusterDomain } from "./names";
import type { LinkerdSettings } from "./settings";

/** What of the configuration says who mirrors what. */
export type LinkerdConfig = Pick<BackendConfig<LinkerdSettings>, "clusters" | "own" | "workload">;

/** How peers reach a Service. */
export type LinkerdMode = LinkerdSettings["mode"];

/**
 * The label by which a Service is offered. The selectors of Links name the same ones, and only those of the mode that is
 * on: a label of another mode makes no mirror that could not be reached.
 */
export function exportLabel(mode: LinkerdMode): Readonly<Record<string, string>> {
  switch (mode) {
    case "gateway":
      return { "mirror.linkerd.io/exported": "true" };
    case "remote-discovery":
      return { "mirror.linkerd.io/exported": "remote-discovery" };
    case "federated":
      return { "mirror.linkerd.io/federated": "member" };
    default:
      return mode satisfies never;
  }
}

/** Behind the name of a Service that all clusters have together, where a mirror has its owner's. */
export const federatedSuffix = "federated";

/** The name of a Service of `owner` in the peers: a mirror's, or that of the union over all clusters. */
export function mirrorName(service: string, namespace: string, owner: string, mode: LinkerdMode): string {
  const suffix = mode === "federated" ? federatedSuffix : owner;
  return `${service}-${suffix}.${namespace}.svc.${clusterDomain}`;
}

/** How peers reach a Service: as is said of it, or of all. */
export function modeOf(service: string, { mode = "gateway", services = {} }: Partial<LinkerdSettings>): LinkerdMode {
  return services[service] ?? mode;
}

/** All the ways in which Services may be reached: a global one is federated, whatever is said. */
export function modesIn({ own, workload }: Pick<LinkerdConfig, "own" | "workload">): LinkerdMode[] {
  const global = workload?.exports.some((each) => each.global) ? (["federated"] as const) : [];
  return [...new Set([own.mode, ...Object.values(own.services), ...global])];
}

/** Whether peers reach the pods of a cluster themselves, and not its gateway. */
export function isFlat(mode: LinkerdMode): boolean {
  return mode !== "gateway";
}

/** Whether `cluster` mirrors the Services of the others. */
export function mirrors(cluster: string, { own }: Pick<LinkerdConfig, "own">): boolean {
  return own.mirrorInto?.includes(cluster) ?? true;
}

/** The clusters whose Services `cluster` mirrors. */
export function mirroredBy(cluster: string, config: LinkerdConfig): string[] {
  return mirrors(cluster, config) ? namesWithout(cluster, config) : [];
}

/** Whether any peer comes to `cluster` by its gateway. */
export function hasGateway(cluster: string, config: LinkerdConfig): boolean {
  return modesIn(config).includes("gateway") && namesWithout(cluster, config).some((peer) => mirrors(peer, config));
}

/** Whether clusters' pods reach each other by their own addresses. */
export function routesPods({
  interconnect,
  clusters,
}: Pick<PartialBackendConfig<unknown>, "interconnect" | "clusters">): boolean {
  return interconnect !== "internet" && (clusters ?? []).every(isEks);
}

function namesWithout(cluster: string, { clusters }: LinkerdConfig): string[] {
  return clusters.map(({ name }) => name).filter((name) => name !== cluster);
}
