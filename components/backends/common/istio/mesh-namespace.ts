import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { istioNamespace, networkOf } from "./names";

/** The control plane's namespace, whose label says which network the cluster's pods are on. */
export function meshNamespace(
  name: string,
  cluster: string,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const labels = { "topology.istio.io/network": networkOf(cluster) };
  return new k8s.core.v1.Namespace(name, { metadata: { name: istioNamespace, labels } }, opts).metadata.name;
}
