import type * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../../../cluster/cluster";
import { labNamespace } from "../../../cluster/lab-namespace";
import { istioNamespace } from "./names";

/**
 * The control plane's namespace.
 *
 * @param network which the cluster's pods are on: its label says so
 */
export function meshNamespace(
  name: string,
  cluster: Cluster,
  network: string,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const labels = { "topology.istio.io/network": network };
  return labNamespace(name, { cluster, namespace: istioNamespace, labels }, { parent });
}
