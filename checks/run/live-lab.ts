import type { OutputMap } from "@pulumi/pulumi/automation";
import type { LiveDemo, LiveLab } from "../common/check";
import { KubeClient } from "../kube/client";

interface ClusterOutput {
  readonly endpoint: string;
  readonly kubeconfig: string;
  readonly gateway?: string;
  readonly reaches: readonly string[];
  readonly egressCidr: string;
  readonly mtu: { readonly path: number; readonly node: number; readonly pod: number };
}

/** What the checks need, from the stack's outputs. */
export function liveLab(outputs: OutputMap): LiveLab {
  const value = <T>(name: string) => outputs[name]?.value as T;
  const clusters = Object.entries(value<Record<string, ClusterOutput>>("clusters"));
  return {
    backend: value("backend"),
    trustAnchor: value<{ certificate: string }>("trustAnchor").certificate,
    demo: value<LiveDemo | undefined>("demo"),
    clusters: clusters.map(([name, { kubeconfig, ...cluster }]) => ({
      name,
      ...cluster,
      kube: new KubeClient(kubeconfig),
    })),
  };
}
