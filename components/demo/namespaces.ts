import type * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../cluster/cluster";
import { labNamespace } from "../cluster/lab-namespace";
import type { DemoPlan } from "./plan";

/**
 * The demo's namespace on every cluster: a backend may put something into it before the demo does, such as the
 * mirror of a peer's Service.
 *
 * @returns its name by cluster, known when it is there; empty when the demo is off
 */
export function demoNamespaces(
  clusters: readonly Cluster[],
  demo: DemoPlan | undefined,
  parent: pulumi.Resource,
): ReadonlyMap<string, pulumi.Output<string>> {
  if (!demo) return new Map();
  const { labels, annotations } = demo.membership.namespace;
  return new Map(
    clusters.map((cluster) => {
      const metadata = { namespace: demo.namespace, labels, annotations };
      return [cluster.plan.name, labNamespace(`${cluster.plan.key}-demo`, { cluster, ...metadata }, { parent })];
    }),
  );
}
