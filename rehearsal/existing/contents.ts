/** What a cluster holds, to tell what the lab has left in one that stays. */
import type { KubeClient } from "../../checks/kube/client";

/**
 * Kinds that come and go by themselves, or with others that are looked at: what workloads, Services and leases are made into,
 * and what is told of them.
 */
const passing = new Set([
  ...["Event", "Lease", "Pod", "ReplicaSet", "ControllerRevision"],
  ...["Endpoints", "EndpointSlice", "IPAddress", "ComponentStatus", "APIService"],
  ...["Node", "CSINode", "VolumeAttachment", "CertificateSigningRequest", "StorageVersion"],
  ...["PodMetrics", "NodeMetrics"],
]);

/** All objects of a cluster, in the namespaces and outside, a line each, e.g. `Namespace istio-system`. */
export async function contentsOf(kube: Pick<KubeClient, "kinds" | "list">): Promise<string[]> {
  const kinds = (await kube.kinds()).filter(({ kind }) => !passing.has(kind));
  const found = await Promise.all(
    kinds.map(async ({ apiVersion, kind }) =>
      (await kube.list(apiVersion, kind)).map(
        ({ metadata: { namespace, name } }) => `${kind} ${namespace ? `${namespace}/` : ""}${name}`,
      ),
    ),
  );
  return found.flat().sort();
}

/** What is there now and was not before. Of a namespace that is new it alone is told, and not what lies in it. */
export function addedTo(before: readonly string[], now: readonly string[]): string[] {
  const old = new Set(before);
  const added = now.filter((line) => !old.has(line));
  const namespaces = added.flatMap((line) => /^Namespace (\S+)$/.exec(line)?.[1] ?? []);
  return added.filter((line) => !namespaces.some((name) => line.includes(` ${name}/`)));
}
