import type { ExportObject } from "../../components/plan/objects";
import type { LiveCluster } from "../common/check";

/** What of a backend's planned objects is missing on the cluster, or says something else there. */
export function differences(
  objects: readonly ExportObject[],
  { name, kube }: LiveCluster,
): Promise<(string | false)[]> {
  return Promise.all(
    objects
      .filter(({ cluster }) => cluster === name)
      .map(async ({ manifest: { apiVersion, kind, metadata, spec } }) => {
        const found = await kube.get({ apiVersion, kind, ...metadata });
        if (!found) return `there is no ${kind} ${metadata.name}`;
        return !says(found.spec, spec) && `${kind} ${metadata.name} says something else than planned`;
      }),
  );
}

/** Whether `found` has all of `wanted`; what the API server fills in besides does not matter. */
function says(found: unknown, wanted: unknown): boolean {
  if (wanted === null || typeof wanted !== "object") return wanted === undefined || found === wanted;
  if (found === null || typeof found !== "object") return false;
  // Of a list nothing may be left over: a further peer in a policy is one more who may come.
  if (Array.isArray(wanted) && !(Array.isArray(found) && found.length === wanted.length)) return false;
  return Object.entries(wanted).every(([key, value]) => says((found as Record<string, unknown>)[key], value));
}
