import type { ObjectApi } from "./object-api";

/** A kind that can be listed. */
export interface ListedKind {
  readonly apiVersion: string;
  readonly kind: string;
  /** Its plural, as it is written in rights. */
  readonly resource: string;
}

interface Resources {
  readonly groupVersion: string;
  readonly resources: readonly { readonly name: string; readonly kind: string; readonly verbs: readonly string[] }[];
}

interface Groups {
  readonly groups: readonly { readonly preferredVersion: { readonly groupVersion: string } }[];
}

/** Every kind that an API server serves, in the version that it prefers; a group that nobody answers for is left out. */
export async function servedKinds(api: Pick<ObjectApi, "send">): Promise<ListedKind[]> {
  const { groups } = await api.send<Groups>("GET", "/apis");
  const paths = ["/api/v1", ...groups.map(({ preferredVersion: { groupVersion } }) => `/apis/${groupVersion}`)];
  const found = await Promise.all(
    paths.map((path) => api.send<Resources>("GET", path).catch((): Resources => ({ groupVersion: "", resources: [] }))),
  );
  return found.flatMap(({ groupVersion, resources }) =>
    resources
      .filter(({ name, verbs }) => verbs.includes("list") && !name.includes("/"))
      .map(({ name, kind }) => ({ apiVersion: groupVersion, kind, resource: name })),
  );
}
