/**
 * What AWS's parts, and operators, need of a cluster's API server. Who opens the emulated account says how a server is
 * reached; here are the shapes alone.
 */

/** An object as the API server gives it. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    uid?: string;
    resourceVersion?: string;
    generation?: number;
    deletionTimestamp?: string;
    finalizers?: string[];
    [key: string]: unknown;
  };
  [key: string]: unknown;
}

/** Which object. */
export interface KubeRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Of kinds that live in one. */
  readonly namespace?: string;
}

/** An API server. Every call throws an error that `isKubeError` knows when the server refuses or cannot be reached. */
export interface Kube {
  /** Undefined when the object is absent, or its kind is not served. */
  get(ref: KubeRef): Promise<KubeObject | undefined>;
  /** Of all namespaces unless one is given; empty when the kind is not served. */
  list(
    apiVersion: string,
    kind: string,
    options?: { readonly namespace?: string; readonly labelSelector?: string },
  ): Promise<KubeObject[]>;
  /**
   * Calls `changed` when an object of the kind changes, and for those that are there; resolves when the signal is aborted. Deletions
   * may be missed while the server cannot be reached.
   */
  watch(apiVersion: string, kind: string, changed: () => void, signal: AbortSignal): Promise<void>;
  create(object: KubeObject): Promise<KubeObject>;
  /** Server-side apply; `force` takes fields over from other owners. */
  apply(object: KubeObject, options: { readonly fieldManager: string; readonly force: boolean }): Promise<KubeObject>;
  mergePatch(ref: KubeRef, patch: object, options?: { readonly subresource?: "status" }): Promise<KubeObject>;
  /**
   * Asks a pod to go, as far as disruption budgets let it.
   *
   * @returns whether it goes
   */
  evict(pod: KubeRef): Promise<boolean>;
  /** Does not wait for the deletion; what is absent already is fine. */
  delete(ref: KubeRef): Promise<void>;
}

/** How to talk to the API server that a kubeconfig leads to. */
export type Connect = (kubeconfig: string) => Kube;

/** Name under which the emulated AWS writes what AWS's own parts write into clusters. */
export const fieldManager = "eks";

/** Whether an error is an API server's refusal, or its absence: it carries the HTTP status, 0 when there was no answer. */
export function isKubeError(error: unknown): error is Error & { readonly status: number } {
  return error instanceof Error && "status" in error && typeof error.status === "number";
}

/** A field of an object whose shape is only known to the one who asks. */
export function field<T>(object: KubeObject, name: "spec" | "status" | "data"): Partial<T> {
  return (object[name] ?? {}) as Partial<T>;
}

/** By what an object is found again. */
export function refOf({ apiVersion, kind, metadata: { name, namespace } }: KubeObject): KubeRef {
  return { apiVersion, kind, name, ...(namespace ? { namespace } : {}) };
}
