/** An API server with a broker in it, as far as the checks ask: real TLS, real tokens, and rights as they are given. */
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { type Issued, leaf, rootAuthority } from "./certificates";

export class BrokerServer {
  /** Clusters that are entered. */
  entered = ["cluster1", "cluster2"];
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
        const answer = known ? broker.answer(request.url ?? "", Buffer.concat(chunks).toString()) : undefined;
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

  private answer(path: string, body: string): object {
    if (path === "/apis/submariner.io/v1") return kinds("clusters", "Cluster", true);
    if (path === "/apis/authorization.k8s.io/v1") return kinds("selfsubjectaccessreviews", "SelfSubjectAccessReview");
    if (path.endsWith("/namespaces/submariner-k8s-broker/clusters")) {
      return { items: this.entered.map((name) => ({ metadata: { name } })) };
    }
    const { verb, resource } = JSON.parse(body).spec.resourceAttributes;
    return { status: { allowed: this.granted.includes(`${verb} ${resource}`) } };
  }
}

function kinds(name: string, kind: string, namespaced = false): object {
  return { resources: [{ name, kind, namespaced }] };
}
