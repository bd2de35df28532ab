/** Contexts of a kubeconfig as the ways to a lab's clusters. */
import { accessBy, type Kubeconfig, readKubeconfig } from "../../components/existing/kubeconfig";
import type { LabDescription } from "../../components/lab/description";
import { CannotAsk } from "./cannot-ask";

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
    const own = accessBy(config, name);
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
    return readKubeconfig(file);
  } catch (error) {
    throw new CannotAsk(`--kubeconfig ${file}: ${error instanceof Error ? error.message : error}`);
  }
}

/** A context's name, and the cluster that is named before it. Names of contexts may have `=` in them. */
function named(text: string, clusters: readonly string[]): readonly [name: string, cluster: string | undefined] {
  const cluster = clusters.find((each) => text.startsWith(`${each}=`));
  return cluster === undefined ? [text, undefined] : [text.slice(cluster.length + 1), cluster];
}

function clusterAt(server: string | undefined, clusters: LabDescription["clusters"]): string | undefined {
  const origin = (url: string) => URL.parse(url)?.origin;
  const found = Object.entries(clusters).find(([, { endpoint }]) => server && origin(endpoint) === origin(server));
  return found?.[0];
}
