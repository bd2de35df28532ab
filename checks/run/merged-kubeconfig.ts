import { parse, stringify } from "yaml";

/** What a kubeconfig with one context says. */
interface Single {
  readonly clusters: readonly { readonly cluster: object }[];
  readonly users: readonly { readonly user: object }[];
}

/**
 * One kubeconfig of several.
 *
 * @param kubeconfigs by cluster, each with one context, YAML or JSON
 * @returns YAML, with a context for each cluster, which has its name; the first is the current one. It may hold credentials
 */
export function mergedKubeconfig(kubeconfigs: Readonly<Record<string, string>>): string {
  const parts = Object.entries(kubeconfigs).map(([name, text]) => {
    const { clusters, users } = parse(text) as Single;
    return { name, cluster: clusters[0]?.cluster, user: users[0]?.user };
  });
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: parts.map(({ name, cluster }) => ({ name, cluster })),
    users: parts.map(({ name, user }) => ({ name, user })),
    contexts: parts.map(({ name }) => ({ name, context: { cluster: name, user: name } })),
    "current-context": parts[0]?.name,
  });
}
