/** Contexts of a kubeconfig as the ways to a lab's clusters. */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";
import type { LabDescription } from "../../components/lab/description";
import { CannotAsk } from "./cannot-ask";

interface Kubeconfig {
  readonly contexts?: readonly {
    readonly name: string;
    readonly context: { readonly cluster: string; readonly user: string };
  }[];
  readonly clusters?: readonly { readonly name: string; readonly cluster: Readonly<Record<string, unknown>> }[];
  readonly users?: readonly { readonly name: string; readonly user: Readonly<Record<string, unknown>> }[];
}

/** Paths in a kubeconfig, which are relative to it. */
const files = ["certificate-authority", "client-certificate", "client-key", "tokenFile"];

/**
 * A kubeconfig for each cluster, of one context of the file.
 *
 * @param file a kubeconfig, YAML or JSON
 * @param contexts `CONTEXT`, for the cluster whose API server it leads to, or `CLUSTER=CONTEXT`
 * @throws CannotAsk with all that is wrong
 */
export function kubeconfigsOf(
  file: string,
  contexts: readonly string[],
  { clusters }: Pick<LabDescription, "clusters">,
): Record<string, string> {
  const config = read(file);
  const problems: string[] = [];
  const found: Record<string, string> = {};
  for (const text of contexts) {
    const [name, wanted] = named(text, Object.keys(clusters));
    const own = contextOf(config, name, dirname(file));
    const cluster = wanted ?? clusterAt(own?.server, clusters);
    if (!own) problems.push(`--context ${text}: ${file} has no context ${name}.`);
    else if (cluster === undefined)
      problems.push(
        `--context ${text}: it leads to ${own.server}, which is no cluster of the lab. Write CLUSTER=${name} if it is one by another name.`,
      );
    else found[cluster] = own.kubeconfig;
  }
  const missing = Object.keys(clusters).filter((cluster) => found[cluster] === undefined);
  if (problems.length === 0 && missing.length > 0) problems.push(`No --context leads to ${missing.join(", ")}.`);
  if (problems.length > 0) throw new CannotAsk(problems.join("\n"));
  return found;
}

function read(file: string): Kubeconfig {
  try {
    return (parse(readFileSync(file, "utf8")) ?? {}) as Kubeconfig;
  } catch (error) {
    throw new CannotAsk(`--kubeconfig ${file}: ${error instanceof Error ? error.message : error}`);
  }
}

/** A context's name, and the cluster that is named before it. Names of contexts may have `=` in them. */
function named(text: string, clusters: readonly string[]): readonly [name: string, cluster: string | undefined] {
  const cluster = clusters.find((each) => text.startsWith(`${each}=`));
  return cluster === undefined ? [text, undefined] : [text.slice(cluster.length + 1), cluster];
}

function contextOf({ contexts = [], clusters = [], users = [] }: Kubeconfig, name: string, folder: string) {
  const context = contexts.find((each) => each.name === name);
  const cluster = clusters.find((each) => each.name === context?.context.cluster);
  const user = users.find((each) => each.name === context?.context.user);
  if (!context || !cluster) return undefined;
  const kubeconfig = JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ ...cluster, cluster: absolute(cluster.cluster, folder) }],
    users: user ? [{ ...user, user: absolute(user.user, folder) }] : [],
    contexts: [context],
    "current-context": name,
  });
  return { kubeconfig, server: String(cluster.cluster.server) };
}

function absolute(fields: Readonly<Record<string, unknown>>, folder: string): Readonly<Record<string, unknown>> {
  const paths = files.flatMap((name) => {
    const path = fields[name];
    return typeof path === "string" ? [[name, resolve(folder, path)]] : [];
  });
  return { ...fields, ...Object.fromEntries(paths) };
}

function clusterAt(server: string | undefined, clusters: LabDescription["clusters"]): string | undefined {
  const origin = (url: string) => URL.parse(url)?.origin;
  const found = Object.entries(clusters).find(([, { endpoint }]) => server && origin(endpoint) === origin(server));
  return found?.[0];
}
