import type { Verb } from "../base/operations";

/**
 * How long Kubernetes takes on real nodes for what is instant on simulated ones: pulling images and starting containers.
 * Seconds of AWS time. Assumptions of this project, of the order one sees on m5.large; they are not measured.
 */
const seconds: Readonly<Record<string, Partial<Record<Verb, number>>>> = {
  "kubernetes:helm.sh/v3:Release": { create: 45, update: 30, delete: 20 },
  "kubernetes:apps/v1:Deployment": { create: 30, update: 20, delete: 10 },
  "kubernetes:apps/v1:DaemonSet": { create: 30, update: 20, delete: 10 },
  "kubernetes:apps/v1:StatefulSet": { create: 40, update: 30, delete: 15 },
  "kubernetes:core/v1:Namespace": { create: 1, delete: 8 },
};

/** What an operation on a Kubernetes resource takes longer there than here. */
export function kubernetesLatency(verb: Verb, type: string): number {
  if (!type.startsWith("kubernetes:") || verb === "read") return 0;
  return seconds[type]?.[verb] ?? 0.5;
}
