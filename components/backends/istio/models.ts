/** Istio's deployment models: whose istiod serves whom, and by which way pods are called. Pure functions of the settings. */
import type { PartialBackendConfig } from "../../plan/backend-profile";
import { networkOf, sharedNetwork } from "../common/istio/names";
import type { IstioSettings } from "./settings";

/** What of the configuration says so. */
export type ModelConfig = Pick<PartialBackendConfig<IstioSettings>, "clusters" | "own">;

/** The cluster whose istiod serves the proxies of all: the one that is named, or the first by name. Undefined where each has its own. */
export function primaryOf({ clusters = [], own }: ModelConfig): string | undefined {
  if (own?.model !== "primary-remote") return undefined;
  return own.primary ?? clusters.map(({ name }) => name).toSorted()[0];
}

/** The cluster whose istiod gives the proxies of `cluster` their configuration and certificates. */
export function controlledFrom(cluster: string, config: ModelConfig): string {
  return primaryOf(config) ?? cluster;
}

/** Whether proxies come in to a cluster through its gateway, and not to the pods themselves. */
export function hasGateways({ own }: Pick<ModelConfig, "own">): boolean {
  return own?.network !== "single";
}

/** Whether a ztunnel on each node carries calls, and no proxy in the pods. */
export function isAmbient({ own }: Pick<ModelConfig, "own">): boolean {
  return own?.dataplane === "ambient";
}

/** The network that the pods of `cluster` are on. */
export function networkIn(cluster: string, config: Pick<ModelConfig, "own">): string {
  return hasGateways(config) ? networkOf(cluster) : sharedNetwork;
}
