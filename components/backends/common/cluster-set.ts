/**
 * The Multi-Cluster Services API, as far as several backends speak it: a Service with a ServiceExport of its name is found
 * in the whole cluster set (Kubernetes enhancement 1645).
 */
import type { ExportedService } from "../../plan/exports";
import type { Manifest } from "../../plan/objects";

/** The zone of a cluster set's Services; the enhancement's own name for it. */
export const clusterSetZone = "clusterset.local";

type Named = Pick<ExportedService, "name" | "namespace">;

/** The one name of a Service for the whole cluster set. */
export function clusterSetHost({ name, namespace }: Named): string {
  return `${name}.${namespace}.svc.${clusterSetZone}`;
}

/**
 * What offers the Service of this name to the cluster set.
 *
 * @param annotations what the Service shall carry where it is imported; nothing of the exported Service's own goes there
 */
export function serviceExport(
  { name, namespace }: Named,
  annotations: Readonly<Record<string, string>> = {},
): Manifest {
  return {
    apiVersion: "multicluster.x-k8s.io/v1alpha1",
    kind: "ServiceExport",
    metadata: { name, namespace },
    ...(Object.keys(annotations).length > 0 ? { spec: { exportedAnnotations: annotations } } : {}),
  };
}
