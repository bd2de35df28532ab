/** An API server with a broker in it, as far as the checks ask: real TLS, real tokens, and rights as they are given. */
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { type Issued, leaf, rootAuthority } from "./certificates";

export class BrokerServer {
  /** Clusters that are entered. */
  entered = ["cluster1", "cluster2"];
  /** Clusters with an Endpoint, which is called like them. */
  connected = ["cluster1", "cluster2"];
  /** What members may do, as `VERB RESOURCE`, beyond what they must. */
  granted: string[] = [];
  readonly token = "the-member's-token";

  private constructor(
    readonly authority: Issued,
    private readonly server: Server,
  ) {}

  static async start(): Promise<BrokerServer> {
    const authority = await rootAuthority("CA of the broker's cluster");
    const { key, certificate } = await leaf(authority, "broker", {
      dnsNames: ["localhost"],
      ipAddresses: ["127.0.0.1"],
      uses: ["server_auth"],
    });
    const server = createServer({ key, cert: certificate });
    const broker = new BrokerServer(authority, server);
    server.on("request", (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const known = request.headers.authorization === `Bearer ${broker.token}`;
        const { method = "", url = "" } = request;
        const answer = known ? broker.answer(method, url, Buffer.concat(chunks).toString()) : undefined;
        response.writeHead(answer ? 200 : 401, { "Content-Type": "application/json" });
        response.end(JSON.stringify(answer ?? { reason: "Unauthorized", message: "Unauthorized" }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return broker;
  }

  /** Host and port. */
  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private answer(method: string, path: string, body: string): object {
    const [kind, name] = path.split("/namespaces/submariner-k8s-broker/")[1]?.split("/") ?? [];
    if (method === "DELETE" && kind === "clusters") this.entered = this.entered.filter((each) => each !== name);
    if (method === "DELETE" && kind === "endpoints") this.connected = this.connected.filter((each) => each !== name);
    if (method === "DELETE") return {};
    switch (path) {
      case "/apis/submariner.io/v1":
        return kinds(["clusters", "Cluster"], ["endpoints", "Endpoint"]);
      case "/apis/authorization.k8s.io/v1":
        return kinds(["selfsubjectaccessreviews", "SelfSubjectAccessReview"]);
    }
    if (kind === "clusters") return { items: this.entered.map((each) => ({ metadata: { name: each } })) };
    if (kind === "endpoints") {
      return { items: this.connected.map((each) => ({ metadata: { name: each }, spec: { cluster_id: each } })) };
    }
    const { verb, resource } = JSON.parse(body).spec.resourceAttributes;
    return { status: { allowed: this.granted.includes(`${verb} ${resource}`) } };
  }
}

/** What a group serves; nothing of it matters but the broker's, which is in a namespace. */
function kinds(...served: readonly (readonly [name: string, kind: string])[]): object {
  return { resources: served.map(([name, kind]) => ({ name, kind, namespaced: name !== "selfsubjectaccessreviews" })) };
}
