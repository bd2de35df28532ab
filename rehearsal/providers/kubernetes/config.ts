import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { KubeClient, KubeError } from "../../../checks/kube/client";
import { type ProxyFor, withProxy } from "../../../checks/kube/proxy";
import type { Props } from "../../base/operations";
import { changedKeys, type Difference, stable } from "../provider";
import type { ContentKind } from "./difference";
import { activeCluster, kubeconfigOf } from "./kubeconfig";

/** One cluster: what the provider resource was configured with. */
export interface KubernetesConfig {
  readonly kube: KubeClient;
  /** Text of the kubeconfig, for helm. */
  readonly kubeconfig: string;
  /** Namespace of objects that name none. */
  readonly namespace: string | undefined;
  /** Take objects of a cluster that gives no answer for deleted. */
  readonly deleteUnreachable: boolean;
  /** Kinds of which the content may change in place. */
  readonly mutable: readonly ContentKind[];
}

/** Why the API server behind a URL cannot be reached from where the engine runs; undefined when it can. */
export type Barred = (server: string) => string | undefined;

/** How this machine reaches API servers. Default: directly, and all of them. */
export interface Way {
  readonly barred?: Barred | undefined;
  /** Which proxy is between. */
  readonly proxyFor?: ProxyFor | undefined;
}

/**
 * Reads the provider's settings; those that the stand-in has no use for are ignored.
 *
 * @param way how this machine gets from a kubeconfig to the API server
 */
export function kubernetesConfig(settings: Props, way: Way = {}): KubernetesConfig {
  const { barred = () => undefined, proxyFor } = way;
  const given = kubeconfigOf(settings);
  const text = proxyFor ? withProxy(given, proxyFor) : given;
  const enabled = (setting: string, variable: string) =>
    String(settings[setting] ?? process.env[variable]).toLowerCase() === "true";
  return {
    kube: guarded(new KubeClient(text), activeCluster(settings)?.server, barred),
    kubeconfig: text,
    namespace: settings.namespace || undefined,
    deleteUnreachable: enabled("deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"),
    mutable: [
      ...(enabled("enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE") ? ["v1/ConfigMap" as const] : []),
      ...(enabled("enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE") ? ["v1/Secret" as const] : []),
    ],
  };
}

/**
 * A client that an access list keeps out. The provider looks once, when it is configured, and takes a cluster that it could
 * not reach then for unreachable until it ends (provider.go, Configure).
 */
function guarded(kube: KubeClient, server: string | undefined, barred: Barred): KubeClient {
  if (!server) return kube;
  const atFirst = barred(server);
  return new Proxy(kube, {
    get: (client, key) => {
      const member: unknown = Reflect.get(client, key, client);
      if (typeof member !== "function") return member;
      return async (...args: unknown[]) => {
        const reason = atFirst ?? barred(server);
        if (reason) throw new KubeError(0, "ETIMEDOUT", `${server}: ${reason}`);
        return member.apply(client, args);
      };
    },
  });
}

/**
 * What a change of the provider's settings means. A cluster is the one that its identifier names, or where there is none the
 * server of the kubeconfig's context; what is on another cluster is made anew (provider.go, DiffConfig).
 */
export function configDifference(olds: Props, news: Props): Difference {
  const changed = changedKeys(olds, news);
  const { clusterIdentifier: before } = olds;
  const { clusterIdentifier: after } = news;
  if (before && after) return { changed, replaces: changed.filter((key) => key === "clusterIdentifier") };
  const located = changed.filter((key) => ["kubeconfig", "context", "cluster"].includes(key));
  const unknown = located.filter((key) => news[key] === unknownValue);
  if (unknown.length > 0) return { changed, replaces: unknown };
  const [from, to] = [activeCluster(olds), activeCluster(news)];
  return { changed, replaces: from && to && stable(from) !== stable(to) ? located : [] };
}

/** Runs what changes the cluster, and says it as the provider does when there is none. */
export async function reaching<T>(
  run: () => Promise<T>,
  say = (reason: string) => `configured Kubernetes cluster is unreachable: ${reason}`,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!unreachable(error)) throw error;
    throw new Error(say(error.message));
  }
}

/** The same for what looks at the cluster or deletes from it: with deleteUnreachable, its absence is the answer. */
export async function reachingOrGone<T>(config: KubernetesConfig, run: () => Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    if (!unreachable(error)) throw error;
    if (config.deleteUnreachable) return undefined;
    throw new Error(
      `configured Kubernetes cluster is unreachable: ${error.message}. If the cluster was deleted, you can remove this ` +
        'resource from Pulumi state by rerunning the operation with PULUMI_K8S_DELETE_UNREACHABLE set to "true".',
    );
  }
}

function unreachable(error: unknown): error is KubeError {
  return error instanceof KubeError && error.unreachable;
}
