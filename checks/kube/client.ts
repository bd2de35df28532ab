/**
 * A small client for any kind of Kubernetes object, over kept-alive connections. The kubeconfig and its credentials are
 * the official client's work; its typed calls know neither custom kinds nor server-side apply.
 */
import { KubeConnection } from "./connection";
import { KubeError } from "./error";

export { KubeError } from "./error";

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

/** Who applies, and how. */
export interface ApplyOptions {
  /** Owner of the fields that are applied. */
  fieldManager: string;
  /** Take fields over from other owners. Default: a conflict is an error. */
  force?: boolean;
  /** Let the API server check and answer without changing anything. */
  dryRun?: boolean;
}

interface Resource {
  readonly plural: string;
  readonly namespaced: boolean;
}

/** Every call throws KubeError when the API server refuses or cannot be reached. */
export class KubeClient {
  private readonly connection: KubeConnection;
  private readonly discovered = new Map<string, Promise<Map<string, Resource>>>();

  /** @param kubeconfig text of a kubeconfig, YAML or JSON; its current context counts */
  constructor(kubeconfig: string) {
    this.connection = new KubeConnection(kubeconfig);
  }

  /** Undefined when the object is absent, or its kind is not served. */
  async get(ref: ObjectRef): Promise<KubeObject | undefined> {
    return absent(async () => this.connection.request<KubeObject>("GET", await this.path(ref)));
  }

  /** Of all namespaces unless one is given; empty when the kind is not served. */
  async list(
    apiVersion: string,
    kind: string,
    options: { namespace?: string; labelSelector?: string; fieldSelector?: string } = {},
  ): Promise<KubeObject[]> {
    const { namespace, ...selectors } = options;
    const found = await absent(async () => {
      const resource = await this.resource(apiVersion, kind);
      const path = collection(apiVersion, resource, namespace);
      return this.connection.request<{ items: KubeObject[] }>("GET", `${path}${query({ ...selectors })}`);
    });
    // A list leaves out what all of its items have in common.
    return (found?.items ?? []).map((item) => ({ ...item, apiVersion, kind }));
  }

  async create(object: NewKubeObject): Promise<KubeObject> {
    const resource = await this.resource(object.apiVersion, object.kind);
    const path = collection(object.apiVersion, resource, object.metadata?.namespace ?? "default");
    return this.connection.request("POST", path, object);
  }

  /** Server-side apply: creates the object or changes the fields that `fieldManager` owns. */
  async apply(object: KubeObject, { fieldManager, force, dryRun }: ApplyOptions): Promise<KubeObject> {
    const path = await this.path({ ...object, ...object.metadata, kind: object.kind, apiVersion: object.apiVersion });
    const parameters = query({ fieldManager, ...(force && { force: "true" }), ...(dryRun && { dryRun: "All" }) });
    return this.connection.request("PATCH", path + parameters, object, "application/apply-patch+yaml");
  }

  async mergePatch(ref: ObjectRef, patch: object, options: { subresource?: "status" } = {}): Promise<KubeObject> {
    const path = (await this.path(ref)) + (options.subresource ? `/${options.subresource}` : "");
    return this.connection.request("PATCH", path, patch, "application/merge-patch+json");
  }

  /** Asks for the deletion, and does not wait for it; what is absent already is fine. */
  async delete(ref: ObjectRef, options: { propagation?: "Foreground" | "Background" | "Orphan" } = {}): Promise<void> {
    await absent(async () => {
      const body = { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy: options.propagation };
      await this.connection.request("DELETE", await this.path(ref), body);
    });
  }

  /** Version of the API server, e.g. `v1.36.1`. */
  async version(): Promise<string> {
    const { gitVersion } = await this.connection.request<{ gitVersion: string }>("GET", "/version");
    return gitVersion;
  }

  /** Does the kind live in namespaces? */
  async namespaced(apiVersion: string, kind: string): Promise<boolean> {
    return (await this.resource(apiVersion, kind)).namespaced;
  }

  private async path(ref: ObjectRef): Promise<string> {
    const resource = await this.resource(ref.apiVersion, ref.kind);
    return `${collection(ref.apiVersion, resource, ref.namespace ?? "default")}/${encodeURIComponent(ref.name)}`;
  }

  /** Kinds come later, with their CRD: what is unknown is looked up once more. */
  private async resource(apiVersion: string, kind: string): Promise<Resource> {
    const known = this.discovered.get(apiVersion);
    const resource = known && (await known.catch(() => undefined))?.get(kind);
    if (resource) return resource;
    const discovery = this.discover(apiVersion);
    this.discovered.set(apiVersion, discovery);
    const fresh = (await discovery).get(kind);
    if (!fresh) throw new KubeError(404, "NoMatch", `no matches for kind "${kind}" in version "${apiVersion}"`);
    return fresh;
  }

  private async discover(apiVersion: string): Promise<Map<string, Resource>> {
    interface ResourceList {
      resources: { name: string; kind: string; namespaced: boolean }[];
    }
    const served = await absent(() => this.connection.request<ResourceList>("GET", root(apiVersion)));
    // `deployments/status` and the like are parts of a resource, not kinds of their own.
    const kinds = (served?.resources ?? []).filter(({ name }) => !name.includes("/"));
    return new Map(kinds.map(({ name, kind, namespaced }) => [kind, { plural: name, namespaced }]));
  }
}

async function absent<T>(request: () => Promise<T>): Promise<T | undefined> {
  try {
    return await request();
  } catch (error) {
    if (error instanceof KubeError && error.status === 404) return undefined;
    throw error;
  }
}

function root(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

function collection(apiVersion: string, resource: Resource, namespace: string | undefined): string {
  const within = resource.namespaced && namespace ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${root(apiVersion)}${within}/${resource.plural}`;
}

function query(parameters: Record<string, string>): string {
  const text = new URLSearchParams(parameters).toString();
  return text && `?${text}`;
}
