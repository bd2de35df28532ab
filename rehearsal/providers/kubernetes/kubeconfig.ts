/** Which cluster a provider's settings lead to. */
import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { Props } from "../../base/operations";

/**
 * The kubeconfig that the settings give, as text whose current context is the chosen one. It is given by its content or by the
 * path of a file, and `context` and `cluster` go before what it says itself (provider.go, CheckConfig and Configure).
 */
export function kubeconfigOf(settings: Props): string {
  const text = textOf(settings.kubeconfig);
  const { context, cluster } = settings;
  if (!context && !cluster) return text;
  const config = parsed(text);
  const current = context ?? config["current-context"];
  const contexts = ((config.contexts ?? []) as Props[]).map((each) =>
    cluster && each.name === current ? { ...each, context: { ...each.context, cluster } } : each,
  );
  return stringify({ ...config, contexts, "current-context": current });
}

/** The cluster that the settings lead to, as the kubeconfig describes it; undefined when it describes none. */
export function activeCluster(settings: Props): Props | undefined {
  const config = parsed(kubeconfigOf(settings));
  const named = (list: Props[] | undefined, name: unknown) => list?.find((each) => each.name === name);
  const chosen = named(config.contexts, config["current-context"])?.context;
  return named(config.clusters, chosen?.cluster)?.cluster;
}

/** A kubeconfig that is not known in a preview, or that is none, fails when it is used, not here. */
function textOf(kubeconfig: unknown): string {
  if (typeof kubeconfig !== "string") return JSON.stringify(kubeconfig ?? {});
  const path = kubeconfig.startsWith("~/") ? join(homedir(), kubeconfig.slice(2)) : kubeconfig;
  return isFile(path) ? readFileSync(path, "utf8") : kubeconfig;
}

/** Content may be too long for a name, or hold what no name can. */
function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch {
    return false;
  }
}

function parsed(text: string): Props {
  const config: unknown = parse(text);
  return typeof config === "object" && config !== null ? config : {};
}
