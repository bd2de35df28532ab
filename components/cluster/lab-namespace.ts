import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { labAnnotation } from "../plan/cluster";
import type { Cluster } from "./cluster";

/** What a namespace is made of. */
export interface LabNamespaceArgs {
  /** Where it is. */
  readonly cluster: Pick<Cluster, "plan" | "provider">;
  /** As Kubernetes knows it. */
  readonly namespace: string;
  /** Default: none. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Besides the lab's name. Default: none. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A namespace that says whose it is. @returns its name, known when it is there */
export function labNamespace(
  name: string,
  { cluster, namespace, labels, annotations }: LabNamespaceArgs,
  opts: Omit<pulumi.CustomResourceOptions, "provider">,
): pulumi.Output<string> {
  const metadata = {
    name: namespace,
    ...(labels ? { labels: { ...labels } } : {}),
    annotations: { ...annotations, [labAnnotation]: cluster.plan.lab },
  };
  return new k8s.core.v1.Namespace(name, { metadata }, { ...opts, provider: cluster.provider }).metadata.name;
}
