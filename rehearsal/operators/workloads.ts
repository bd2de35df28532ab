import { field, type Kube, type KubeObject } from "../aws/cluster/kube";

/** Name under which the ground writes what operators in simulated pods would write. */
export const fieldManager = "rehearsal-operator";

/** Whether a Deployment has a pod that runs. */
export async function isAlive(kube: Kube, namespace: string, name: string): Promise<boolean> {
  const found = await kube.get({ apiVersion: "apps/v1", kind: "Deployment", namespace, name });
  if (!found || found.metadata.deletionTimestamp) return false;
  return (field<{ availableReplicas: number }>(found, "status").availableReplicas ?? 0) > 0;
}

/** What a workload of an operator's is. Its pods run nothing. */
export interface Workload {
  readonly kind: "DaemonSet" | "Deployment";
  readonly namespace: string;
  readonly name: string;
  readonly image: string;
  /** Of its pods. Default: `app`, its name. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly hostNetwork?: boolean;
}

/** The object, for `put`. */
export function workload({ kind, namespace, name, image, nodeSelector, hostNetwork, ...rest }: Workload): KubeObject {
  const { labels = { app: name } } = rest;
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name, namespace, labels },
    spec: {
      ...(kind === "Deployment" ? { replicas: 1 } : {}),
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          ...(nodeSelector ? { nodeSelector } : {}),
          ...(hostNetwork ? { hostNetwork } : {}),
          ...(kind === "DaemonSet" ? { tolerations: [{ operator: "Exists" }] } : {}),
          containers: [{ name, image }],
        },
      },
    },
  };
}

/** Makes the object, or takes over what is there. */
export function put(kube: Kube, object: KubeObject): Promise<KubeObject> {
  return kube.apply(object, { fieldManager, force: true });
}
