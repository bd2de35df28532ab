import type * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../../../cluster/cluster";
import { labNamespace } from "../../../cluster/lab-namespace";
import { istioNamespace, networkOf } from "./names";

/** The control plane's namespace, whose label says which network the cluster's pods are on. */
export function meshNamespace(name: string, cluster: Cluster, parent: pulumi.Resource): pulumi.Output<string> {
  const labels = { "topology.istio.io/network": networkOf(cluster.plan.name) };
  return labNamespace(name, { cluster, namespace: istioNamespace, labels }, { parent });
}
