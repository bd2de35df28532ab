/** A small client for any kind of Kubernetes object: what checks and rehearsals use of the official one. */
import type { KubernetesObject } from "@kubernetes/client-node";
import { KubeError, unlessAbsent } from "./error";
import type { ExecOptions, ExecResult, PodRef } from "./exec";
import type { ObjectApi } from "./object-api";
import { type ListedKind, servedKinds } from "./served-kinds";

export { KubeError } from "./error";
export type { ExecResult, PodRef } from "./exec";
export type { ListedKind } from "./served-kinds";

/** An object as the API server gives it. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    generateName?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    uid?: string;
    resourceVersion?: string;
    generation?: number;
    creationTimestamp?: string;
    deletionTimestamp?: string;
    finalizers?: string[];
    managedFields?: { manager?: string; operation?: string; subresource?: string }[];
    [key: string]: unknown;
  };
  [key: string]: unknown;
}

/** An object to be made; requests such as a SelfSubjectAccessReview have no name. */
export type NewKubeObject = Omit<KubeObject, "metadata"> & {
  apiVersion: string;
  kind: string;
  metadata?: Partial<KubeObject["metadata"]>;
};

export interface ObjectRef {
  apiVersion: string;
  kind: string;
  name: string;
  /** Default: `default`, for kinds that live in a namespace; ignored for those that do not. */
  namespace?: string;
}

/** Which objects of a kind; default: all of them. */
export interface ListOptions {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** Who applies, and how. */
export interface ApplyOptions {
  /** Owner of the fields that are applied. */
  fieldManager: string;
  /** Take fields over from other owners. Default: a conflict is an error. */
  force?: boolean;
  /** Let the API server check and answer without changing anything. */
  dryRun?: boolean;
}

/** Which of a container's log; default: all of it. */
export interface LogOptions {
  /** How many lines from its end. */
  readonly tailLines?: number;
}

/** A kubelet's counts, as far as they are used. */
export interface NodeSummary {
  readonly pods?: readonly {
    readonly podRef: { readonly name: string; readonly namespace: string };
    readonly containers?: readonly ContainerStats[];
  }[];
}

/** Of one container, since it was started. */
export interface ContainerStats {
  readonly name: string;
  readonly cpu?: { readonly usageCoreNanoSeconds?: number };
  readonly memory?: { readonly workingSetBytes?: number };
}

/** What questions are asked with. */
export type KubeReader = Pick<KubeClient, "get" | "list">;

/** What questions are asked with that only a pod can answer. */
export type KubeProber = KubeReader & Pick<KubeClient, "exec" | "getFromPod" | "nodeSummary">;

/** Every call throws KubeError when the API server refuses or cannot be reached. */
export class KubeClient {
  private opened: Promise<ObjectApi> | undefined;

  /** @param kubeconfig text of a kubeconfig, YAML or JSON; its current context counts */
  constructor(private readonly kubeconfig: string) {}

  /** Undefined when the object is absent, or its kind is not served. */
  async get(ref: ObjectRef): Promise<KubeObject | undefined> {
    const api = await this.api();
    return unlessAbsent(async () => asSent(await api.read(target(ref))));
  }

  /** Of all namespaces unless one is given; empty when the kind is not served. */
  async list(apiVersion: string, kind: string, options: ListOptions = {}): Promise<KubeObject[]> {
    const api = await this.api();
    const { namespace, fieldSelector, labelSelector } = options;
    const found = await unlessAbsent(() =>
      api.list(apiVersion, kind, namespace, undefined, undefined, undefined, fieldSelector, labelSelector),
    );
    // A list leaves out what all of its items have in common.
    return (found?.items ?? []).map((item) => ({ ...asSent(item), apiVersion, kind }));
  }

  async create(object: NewKubeObject): Promise<KubeObject> {
    const api = await this.api();
    const { apiVersion, kind, metadata } = object;
    const path = await api.specUriPath(target({ apiVersion, kind, name: "", ...metadata }), "create");
    return api.send("POST", path, { body: object });
  }

  /** Server-side apply: creates the object or changes the fields that `fieldManager` owns. */
  async apply(object: KubeObject, { fieldManager, force, dryRun }: ApplyOptions): Promise<KubeObject> {
    const api = await this.api();
    const { apiVersion, kind, metadata } = object;
    const path = await api.specUriPath(target({ apiVersion, kind, ...metadata }), "patch");
    const query = { fieldManager, ...(force && { force: "true" }), ...(dryRun && { dryRun: "All" }) };
    return api.send("PATCH", path, { body: object, contentType: "application/apply-patch+yaml", query });
  }

  async mergePatch(ref: ObjectRef, patch: object, options: { subresource?: "status" } = {}): Promise<KubeObject> {
    const api = await this.api();
    const path = await api.specUriPath(target(ref), "patch");
    const { subresource } = options;
    return api.send("PATCH", subresource ? `${path}/${subresource}` : path, {
      body: patch,
      contentType: "application/merge-patch+json",
    });
  }

  /** Asks for the deletion, and does not wait for it; what is absent already is fine. */
  async delete(ref: ObjectRef, options: { propagation?: "Foreground" | "Background" | "Orphan" } = {}): Promise<void> {
    const api = await this.api();
    await unlessAbsent(() => api.delete(target(ref), undefined, undefined, undefined, undefined, options.propagation));
  }

  /** Asks a pod to go by the eviction API. False when a disruption budget keeps it. */
  async evict(pod: ObjectRef): Promise<boolean> {
    const api = await this.api();
    const { name, namespace } = pod;
    const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace } };
    try {
      await unlessAbsent(async () =>
        api.send("POST", `${await api.specUriPath(target(pod), "read")}/eviction`, { body }),
      );
      return true;
    } catch (error) {
      if (error instanceof KubeError && error.status === tooManyRequests) return false;
      throw error;
    }
  }

  /**
   * Runs a command in a container of a pod and waits for its end, 30 s unless told otherwise.
   *
   * @param command program and arguments; no shell looks at them
   */
  async exec(pod: PodRef, container: string, command: readonly string[], options?: ExecOptions): Promise<ExecResult> {
    const api = await this.api();
    return api.exec(pod, container, command, options);
  }

  /** What a pod answers to a GET by HTTP that comes from itself: 200, or an error is thrown. */
  async getFromPod(pod: PodRef, port: number, path: string): Promise<string> {
    const api = await this.api();
    return api.getFromPod(pod, port, path);
  }

  /** What a node's kubelet counts of its pods: processor and memory (kubernetes, pkg/kubelet/apis/stats/v1alpha1, Summary). */
  async nodeSummary(node: string): Promise<NodeSummary> {
    const api = await this.api();
    return api.send("GET", `/api/v1/nodes/${encodeURIComponent(node)}/proxy/stats/summary?only_cpu_and_memory=true`);
  }

  /** What a container has written so far. */
  async logs({ namespace, name }: PodRef, container: string, { tailLines }: LogOptions = {}): Promise<string> {
    const api = await this.api();
    const path = await api.specUriPath({ apiVersion: "v1", kind: "Pod", metadata: { namespace, name } }, "read");
    return api.text(`${path}/log`, { container, ...(tailLines === undefined ? {} : { tailLines: `${tailLines}` }) });
  }

  /**
   * Calls `changed` when an object of the kind changes, in any namespace, and for those that are there. Deletions may be missed
   * while the API server cannot be reached.
   *
   * @returns when the signal is aborted
   */
  async watch(apiVersion: string, kind: string, changed: () => void, signal: AbortSignal): Promise<void> {
    const api = await this.api();
    return api.watch(apiVersion, kind, changed, signal);
  }

  /** Every kind that can be listed. */
  async kinds(): Promise<ListedKind[]> {
    return servedKinds(await this.api());
  }

  /** Version of the API server, e.g. `v1.36.1`. */
  async version(): Promise<string> {
    const api = await this.api();
    const { gitVersion } = await api.send<{ gitVersion: string }>("GET", "/version");
    return gitVersion;
  }

  /** Does the kind live in namespaces? */
  async namespaced(apiVersion: string, kind: string): Promise<boolean> {
    const api = await this.api();
    return (await api.resource(apiVersion, kind)).namespaced;
  }

  /** The official client is large: it is loaded when the first request is made. */
  private api(): Promise<ObjectApi> {
    this.opened ??= import("./object-api.js").then(({ ObjectApi }) => new ObjectApi(this.kubeconfig));
    return this.opened;
  }
}

/** How the eviction API says that a budget keeps a pod (Kubernetes, API-initiated eviction). */
const tooManyRequests = 429;

type Target = KubernetesObject & { metadata: { name: string; namespace?: string } };

/** What the official client needs to find an object; it writes the namespace into it if there is none. */
function target({ apiVersion, kind, name, namespace }: ObjectRef): Target {
  return { apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) } };
}

/** The official client's types are those of its models, with dates; what comes is what was sent. */
function asSent(object: KubernetesObject): KubeObject {
  return object as unknown as KubeObject;
}
