import { type ApiAnswer, type ApiRequest, ApiServer, refused, served } from "./api-server";

/** What its one reader may do; each starts from what a sound one may. */
export interface Rights {
  /** Token that is taken for the reader's. */
  token: string;
  /** `verb group/resource` beyond reading Services. */
  readonly more: Set<string>;
  /** What it may read, as the plural of the kind; undefined when all. */
  readable: readonly string[] | undefined;
  /** Whether a write goes through. */
  write: boolean;
  /** Services that it is shown. */
  services: number;
}

interface Review {
  readonly spec: {
    readonly resourceAttributes: {
      readonly verb: string;
      readonly group: string;
      readonly resource: string;
      readonly namespace?: string;
    };
  };
}

/** A peer's API server, as far as the checks of credentials for it ask. */
export class PeerServer {
  rights: Rights = PeerServer.soundRights();

  private constructor(private readonly server: ApiServer) {}

  static soundRights(): Rights {
    return { token: "reader", more: new Set(), readable: undefined, write: false, services: 3 };
  }

  static async start(): Promise<PeerServer> {
    const peer: PeerServer = new PeerServer(await ApiServer.start((request) => peer.answer(request)));
    return peer;
  }

  get endpoint(): string {
    return this.server.endpoint;
  }

  kubeconfig(token = "reader"): string {
    return this.server.kubeconfig(token);
  }

  close(): void {
    this.server.close();
  }

  private answer({ method, path, token, body }: ApiRequest): ApiAnswer {
    const { more, readable, write, services } = this.rights;
    if (token !== this.rights.token) return refused(401, "Unauthorized");
    switch (`${method} ${path}`) {
      case "GET /api/v1":
        return served(["services", "Service", "namespace"], ["configmaps", "ConfigMap", "namespace"]);
      case "GET /apis/authorization.k8s.io/v1":
        return served(["selfsubjectaccessreviews", "SelfSubjectAccessReview", "cluster"]);
      case "GET /api/v1/services":
        return [200, { items: Array.from({ length: services }, (_, index) => ({ metadata: { name: `${index}` } })) }];
      case "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews": {
        const { verb, group, resource, namespace } = (JSON.parse(body) as Review).spec.resourceAttributes;
        const reads = (verb === "list" || verb === "watch") && namespace === undefined;
        const may = reads && (readable?.includes(resource) ?? true);
        return [201, { status: { allowed: may || more.has(`${verb} ${group}/${resource}`) } }];
      }
    }
    if (method === "PATCH") return write ? [200, JSON.parse(body)] : refused(403, "Forbidden");
    return refused(404, "NotFound");
  }
}
