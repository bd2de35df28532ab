import { KubeClient, KubeError } from "../../../checks/kube/client";
import type { Props } from "../../base/operations";
import type { ContentKind } from "./difference";

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

/** Reads the provider's settings; those that the stand-in has no use for are ignored. */
export function kubernetesConfig(settings: Props): KubernetesConfig {
  const { kubeconfig } = settings;
  // A kubeconfig that is not known in a preview fails when it is used, not here.
  const text = typeof kubeconfig === "string" ? kubeconfig : JSON.stringify(kubeconfig ?? {});
  const enabled = (setting: string, variable: string) =>
    String(settings[setting] ?? process.env[variable]).toLowerCase() === "true";
  return {
    kube: new KubeClient(text),
    kubeconfig: text,
    namespace: settings.namespace || undefined,
    deleteUnreachable: enabled("deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"),
    mutable: [
      ...(enabled("enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE") ? ["v1/ConfigMap" as const] : []),
      ...(enabled("enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE") ? ["v1/Secret" as const] : []),
    ],
  };
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
