import {
  createConfiguration,
  HttpMethod,
  type KubernetesObject,
  KubernetesObjectApi,
  type PatchStrategy,
  type RequestContext,
  ServerConfiguration,
  type V1APIResource,
} from "@kubernetes/client-node";
import { KubeConnection } from "./connection";
import { KubeError, unlessAbsent } from "./error";
import type { ExecOptions, ExecResult, PodRef } from "./exec";

/** What a request carries. */
interface Content {
  /** Sent as it is. */
  readonly body: object;
  /** Default: `application/json`. */
  readonly contentType?: PatchStrategy;
  readonly query?: Readonly<Record<string, string>>;
}

/**
 * The official client for objects of any kind, with their JSON left as it is.
 *
 * The official client takes every object through one of its models, which it picks by version and kind alone, and a model
 * drops what it does not know: `from` of a NetworkPolicy, `default` and `enum` of a CustomResourceDefinition, the whole
 * spec of another group's `v1` Service.
 */
export class ObjectApi extends KubernetesObjectApi {
  private readonly connection: KubeConnection;

  /** @throws KubeError when the kubeconfig cannot be read */
  constructor(kubeconfig: string) {
    const connection = new KubeConnection(kubeconfig);
    super(createConfiguration({ baseServer: new ServerConfiguration(connection.server, {}) }));
    this.connection = connection;
  }

  /** In the place of `create` and `patch`, which send a model of the object, and for what the client has no call for. */
  async send<T>(method: keyof typeof HttpMethod, path: string, content?: Content): Promise<T> {
    const request = this.configuration.baseServer.makeRequestContext(path, HttpMethod[method]);
    if (content) {
      request.setHeaderParam("Content-Type", content.contentType ?? "application/json");
      request.setBody(JSON.stringify(content.body));
      for (const [name, value] of Object.entries(content.query ?? {})) request.setQueryParam(name, value);
    }
    return this.connection.request(request);
  }

  /** An answer that is no JSON. */
  async text(path: string, query: Readonly<Record<string, string>>): Promise<string> {
    const request = this.configuration.baseServer.makeRequestContext(path, HttpMethod.GET);
    for (const [name, value] of Object.entries(query)) request.setQueryParam(name, value);
    return this.connection.text(request);
  }

  /** See execIn. */
  exec(pod: PodRef, container: string, command: readonly string[], options?: ExecOptions): Promise<ExecResult> {
    return this.connection.exec(pod, container, command, options);
  }

  /** Changes of a kind's objects in all namespaces; see watchPath. */
  watch(apiVersion: string, kind: string, changed: () => void, signal: AbortSignal): Promise<void> {
    const path = async () => {
      const { name } = await this.resource(apiVersion, kind);
      return `${apiVersion.includes("/") ? "/apis" : "/api"}/${apiVersion}/${name}`;
    };
    return this.connection.watch(path, changed, signal);
  }

  /** See getFromPod. */
  getFromPod(pod: PodRef, port: number, path: string): Promise<string> {
    return this.connection.getFromPod(pod, port, path);
  }

  /** With the object's name as it is: the official client writes it in lower case, and a Role's may have capitals. */
  override async specUriPath(
    spec: KubernetesObject,
    action: "create" | "delete" | "list" | "patch" | "read",
  ): Promise<string> {
    const path = await super.specUriPath(spec, action);
    if (action === "create" || action === "list") return path;
    const name = encodeURIComponent(spec.metadata?.name ?? "");
    return path.slice(0, -name.length) + name;
  }

  /** @throws KubeError when the kind is not served */
  override async resource(apiVersion: string, kind: string): Promise<V1APIResource> {
    const served = await unlessAbsent(() => super.resource(apiVersion, kind));
    if (served) return served;
    throw new KubeError(404, "NoMatch", `no matches for kind "${kind}" in version "${apiVersion}"`);
  }

  /** Every call of the official client ends here. */
  protected override requestPromise<T>(request: RequestContext): Promise<T> {
    return this.connection.request(request);
  }
}
