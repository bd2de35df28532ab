/** An API server that answers what the checks of a peer's credentials ask, and no more. */
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { type Issued, leaf, rootAuthority } from "./certificates";

/** What its one reader may do; each starts from what a sound one may. */
export interface Rights {
  /** Token that is taken for the reader's. */
  token: string;
  /** `verb group/resource` beyond reading Services. */
  readonly more: Set<string>;
  /** Whether a write goes through. */
  write: boolean;
  /** Services that it is shown. */
  services: number;
}

const kinds: Readonly<Record<string, readonly object[]>> = {
  "/api/v1": [
    { name: "services", kind: "Service", namespaced: true },
    { name: "configmaps", kind: "ConfigMap", namespaced: true },
  ],
  "/apis/authorization.k8s.io/v1": [
    { name: "selfsubjectaccessreviews", kind: "SelfSubjectAccessReview", namespaced: false },
  ],
};

interface Review {
  readonly spec: {
    readonly resourceAttributes: { readonly verb: string; readonly group: string; readonly resource: string };
  };
}

export class FakeApiServer {
  rights: Rights = FakeApiServer.soundRights();

  private constructor(
    private readonly server: Server,
    private readonly authority: Issued,
  ) {}

  static soundRights(): Rights {
    return { token: "reader", more: new Set(), write: false, services: 3 };
  }

  static async start(): Promise<FakeApiServer> {
    const authority = await rootAuthority("api authority");
    const { key, certificate } = await leaf(authority, "api", { ipAddresses: ["127.0.0.1"], uses: ["server_auth"] });
    const server = createServer({ key, cert: certificate });
    const made = new FakeApiServer(server, authority);
    server.on("request", async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      made.answer(`${request.method}`, `${request.url}`, request.headers.authorization, body, response);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return made;
  }

  get endpoint(): string {
    return `https://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** A kubeconfig that leads here, as the program writes it. */
  kubeconfig(token = "reader"): string {
    const name = "peer";
    const authority = Buffer.from(this.authority.certificate).toString("base64");
    return JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name, cluster: { server: this.endpoint, "certificate-authority-data": authority } }],
      users: [{ name, user: { token } }],
      contexts: [{ name, context: { cluster: name, user: name } }],
      "current-context": name,
    });
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private answer(method: string, url: string, authorization: string | undefined, body: string, to: ServerResponse) {
    const { token, more, write, services } = this.rights;
    const say = (status: number, answer: object) => to.writeHead(status).end(JSON.stringify(answer));
    const refuse = (status: number, reason: string) => say(status, { kind: "Status", reason, message: reason });
    const path = url.split("?")[0] ?? "";
    if (authorization !== `Bearer ${token}`) return refuse(401, "Unauthorized");
    if (method === "GET" && kinds[path]) return say(200, { resources: kinds[path] });
    if (method === "GET" && path === "/api/v1/services")
      return say(200, { items: Array.from({ length: services }, (_, index) => ({ metadata: { name: `${index}` } })) });
    if (method === "POST" && path.endsWith("/selfsubjectaccessreviews")) {
      const { verb, group, resource } = (JSON.parse(body) as Review).spec.resourceAttributes;
      return say(201, { status: { allowed: more.has(`${verb} ${group}/${resource}`) } });
    }
    if (method === "PATCH") return write ? say(200, JSON.parse(body)) : refuse(403, "Forbidden");
    return refuse(404, "NotFound");
  }
}
