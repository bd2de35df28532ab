import type { KubeClient, KubeObject, ObjectRef } from "../../checks/kube/client";

/** A cluster's objects in memory, and a client that reads them as the API server would give them. */
export class FakeKube {
  private objects: KubeObject[];
  readonly client: KubeClient;

  constructor(objects: readonly KubeObject[]) {
    this.objects = structuredClone([...objects]);
    // What the checks ask for; a call of anything else fails for want of it.
    this.client = {
      get: async (ref: ObjectRef) => this.objects.find((each) => isAt(each, ref)),
      list: async (
        apiVersion: string,
        kind: string,
        { namespace, labelSelector = "" }: { namespace?: string; labelSelector?: string } = {},
      ) =>
        this.objects.filter(
          (each) =>
            each.apiVersion === apiVersion &&
            each.kind === kind &&
            (namespace === undefined || each.metadata.namespace === namespace) &&
            labelSelector
              .split(",")
              .filter((term) => term !== "")
              .every((term) => term === `${term.split("=")[0]}=${each.metadata.labels?.[term.split("=")[0] ?? ""]}`),
        ),
    } as unknown as KubeClient;
  }

  /** The object of that kind and name, to be changed in place. */
  // biome-ignore lint/suspicious/noExplicitAny: objects are as different as kinds.
  the(kind: string, name: string): any {
    const found = this.objects.find((each) => each.kind === kind && each.metadata.name === name);
    if (!found) throw new Error(`there is no ${kind} ${name} to change`);
    return found;
  }

  all(kind: string): readonly KubeObject[] {
    return this.objects.filter((each) => each.kind === kind);
  }

  remove(kind: string, name: string): void {
    const gone = this.the(kind, name);
    this.objects = this.objects.filter((each) => each !== gone);
  }

  add(object: KubeObject): void {
    this.objects.push(object);
  }
}

function isAt({ apiVersion, kind, metadata }: KubeObject, ref: ObjectRef): boolean {
  if (apiVersion !== ref.apiVersion || kind !== ref.kind || metadata.name !== ref.name) return false;
  return metadata.namespace === undefined || metadata.namespace === (ref.namespace ?? "default");
}

/** A Secret as the API server gives it. */
export function secretObject(namespace: string, name: string, text: Readonly<Record<string, string>>): KubeObject {
  const data = Object.entries(text).map(([key, value]) => [key, base64(value)] as const);
  return { apiVersion: "v1", kind: "Secret", metadata: { name, namespace }, data: Object.fromEntries(data) };
}

export const base64 = (text: string) => Buffer.from(text).toString("base64");
