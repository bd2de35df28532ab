/** How Services are exported, and who imports them: pure functions of the settings. */
import type { BackendConfig } from "../../plan/backend-profile";
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

/** Whether peers reach the pods of a cluster, or its gateway. */
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
  return !isFlat(config.own.mode) && namesWithout(cluster, config).some((peer) => mirrors(peer, config));
}

/** Whether any Service is federated: as the mode says, or because it is a global one. */
export function federates({ own, workload }: LinkerdConfig): boolean {
  return own.mode === "federated" || (workload?.exports.some(({ global }) => global) ?? false);
}

function namesWithout(cluster: string, { clusters }: LinkerdConfig): string[] {
  return clusters.map(({ name }) => name).filter((name) => name !== cluster);
}
