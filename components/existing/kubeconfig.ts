/** Contexts of kubeconfigs, as kubectl finds them. */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { parse } from "yaml";

type Fields = Readonly<Record<string, unknown>>;

/** What a kubeconfig says, with paths that no longer depend on where it is. */
export interface Kubeconfig {
  /** Files that it was read from, for messages. */
  readonly files: readonly string[];
  /** With the names of their cluster and user. */
  readonly contexts: readonly {
    readonly name: string;
    readonly context: { readonly cluster: string; readonly user: string };
  }[];
  /** API servers. */
  readonly clusters: readonly { readonly name: string; readonly cluster: Fields }[];
  /** Credentials, or how to get some. */
  readonly users: readonly { readonly name: string; readonly user: Fields }[];
}

/** A way to one cluster. */
export interface ContextAccess {
  /** A kubeconfig with this context alone, as JSON. It may hold credentials. */
  readonly kubeconfig: string;
  /** URL of the API server. */
  readonly server: string;
  /** What else the kubeconfig says of it. */
  readonly cluster: Fields;
}

/** Paths in a kubeconfig, which are relative to it. */
const paths = ["certificate-authority", "client-certificate", "client-key", "tokenFile"];

/**
 * Reads a kubeconfig.
 *
 * @param file unless given, what KUBECONFIG lists, or .kube/config in the home folder
 * @throws Error when a file that was named cannot be read
 */
export function readKubeconfig(file?: string): Kubeconfig {
  const files = file === undefined ? usualFiles() : [fromHome(file)];
  const parts = files.map(readPart);
  return {
    files,
    contexts: parts.flatMap(({ contexts }) => contexts),
    clusters: parts.flatMap(({ clusters }) => clusters),
    users: parts.flatMap(({ users }) => users),
  };
}

/** The way by a context; undefined when it is not there, or names a cluster that is not. Of a name the first counts, as with kubectl. */
export function accessBy({ contexts, clusters, users }: Kubeconfig, name: string): ContextAccess | undefined {
  const context = contexts.find((each) => each.name === name);
  const cluster = clusters.find((each) => each.name === context?.context.cluster);
  const user = users.find((each) => each.name === context?.context.user);
  if (!context || !cluster) return undefined;
  const kubeconfig = JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [cluster],
    users: user ? [user] : [],
    contexts: [context],
    "current-context": name,
  });
  return { kubeconfig, server: String(cluster.cluster.server), cluster: cluster.cluster };
}

function usualFiles(): string[] {
  const listed = (process.env.KUBECONFIG ?? "").split(delimiter).filter((path) => path !== "");
  const files = listed.length > 0 ? listed : [join(homedir(), ".kube", "config")];
  // kubectl passes over those that are not there.
  return files.filter((path) => existsSync(path));
}

/** A shell would have replaced the tilde; a stack file has none. */
function fromHome(file: string): string {
  return file.startsWith("~/") ? join(homedir(), file.slice(2)) : file;
}

function readPart(file: string): Omit<Kubeconfig, "files"> {
  const { contexts = [], clusters = [], users = [] } = (parse(readFileSync(file, "utf8")) ?? {}) as Partial<Kubeconfig>;
  const folder = dirname(file);
  return {
    contexts,
    clusters: clusters.map((each) => ({ ...each, cluster: absolute(each.cluster, folder) })),
    users: users.map((each) => ({ ...each, user: absolute(each.user, folder) })),
  };
}

function absolute(fields: Fields, folder: string): Fields {
  const found = paths.flatMap((name) => {
    const path = fields?.[name];
    return typeof path === "string" ? [[name, resolve(folder, path)]] : [];
  });
  return { ...fields, ...Object.fromEntries(found) };
}

/**
 * Certificate by which the API server is known (PEM, base64); undefined when the kubeconfig does not have it.
 *
 * @throws Error when it names a file that cannot be read
 */
export function authorityOf({ cluster }: Pick<ContextAccess, "cluster">): string | undefined {
  const data = cluster["certificate-authority-data"];
  if (typeof data === "string") return data;
  const file = cluster["certificate-authority"];
  return typeof file === "string" ? readFileSync(file).toString("base64") : undefined;
}
