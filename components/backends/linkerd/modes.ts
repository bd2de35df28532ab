/** How Services are offered to the peers, and under which names they find them. */
import type { LabConfig } from "../../config/schema";
import { clusterDomain } from "./names";

export type LinkerdMode = LabConfig["linkerd"]["mode"];

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

/** The name of a Service of `owner` in the peers: a mirror's, or that of the union over all clusters. */
export function mirrorName(service: string, namespace: string, owner: string, mode: LinkerdMode): string {
  const suffix = mode === "federated" ? "federated" : owner;
  return `${service}-${suffix}.${namespace}.svc.${clusterDomain}`;
}

/** Whether peers reach the pods of a cluster, or its gateway. */
export function isFlat(mode: LinkerdMode): boolean {
  return mode !== "gateway";
}

/** Whether `cluster` mirrors the Services of the others. */
export function mirrors(cluster: string, { linkerd }: LabConfig): boolean {
  return linkerd.mirrorInto?.includes(cluster) ?? true;
}

/** The clusters whose Services `cluster` mirrors. */
export function mirroredBy(cluster: string, config: LabConfig): string[] {
  return mirrors(cluster, config) ? namesWithout(cluster, config) : [];
}

/** Whether any peer comes to `cluster` by its gateway. */
export function hasGateway(cluster: string, config: LabConfig): boolean {
  return !isFlat(config.linkerd.mode) && namesWithout(cluster, config).some((peer) => mirrors(peer, config));
}

function namesWithout(cluster: string, { clusters }: LabConfig): string[] {
  return clusters.map(({ name }) => name).filter((name) => name !== cluster);
}
