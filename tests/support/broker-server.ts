import { type ApiAnswer, type ApiRequest, ApiServer, refused, served } from "./api-server";
import type { Issued } from "./certificates";

/** An API server with a broker in it, as far as the checks and operators ask. */
export class BrokerServer {
  /** Clusters that are entered. */
  entered = ["cluster1", "cluster2"];
  /** Clusters with an Endpoint, which is called like them. */
  connected = ["cluster1", "cluster2"];
  /** What members may do, as `VERB RESOURCE`, beyond what they must. */
  granted: string[] = [];
  /** Kinds of the broker's with which they may do what they must. */
  usable = ["clusters", "endpoints", "serviceimports", "endpointslices"];
  readonly token = "the-member's-token";

  private constructor(private readonly server: ApiServer) {}

  static async start(): Promise<BrokerServer> {
    const broker: BrokerServer = new BrokerServer(await ApiServer.start((request) => broker.answer(request)));
    return broker;
  }

  get authority(): Issued {
    return this.server.authority;
  }

  /** Host and port. */
  get host(): string {
    return this.server.host;
  }

  close(): void {
    this.server.close();
  }

  private answer({ method, path, token, body }: ApiRequest): ApiAnswer {
    if (token !== this.token) return refused(401, "Unauthorized");
    const [kind, name] = path.split("/namespaces/submariner-k8s-broker/")[1]?.split("/") ?? [];
    switch (`${method} ${kind ?? path}`) {
      case "GET /apis/submariner.io/v1":
        return served(["clusters", "Cluster", "namespace"], ["endpoints", "Endpoint", "namespace"]);
      case "GET /apis/authorization.k8s.io/v1":
        return served(["selfsubjectaccessreviews", "SelfSubjectAccessReview", "cluster"]);
      case "GET clusters":
        return [200, { items: this.entered.map((each) => ({ metadata: { name: each } })) }];
      case "GET endpoints":
        return [
          200,
          { items: this.connected.map((each) => ({ metadata: { name: each }, spec: { cluster_id: each } })) },
        ];
      case "DELETE clusters":
        this.entered = this.entered.filter((each) => each !== name);
        return [200, {}];
      case "DELETE endpoints":
        this.connected = this.connected.filter((each) => each !== name);
        return [200, {}];
      case "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews": {
        const { verb, resource, namespace } = JSON.parse(body).spec.resourceAttributes;
        const may = namespace === "submariner-k8s-broker" && this.usable.includes(resource);
        return [201, { status: { allowed: may || this.granted.includes(`${verb} ${resource}`) } }];
      }
    }
    return refused(404, "NotFound");
  }
}
