import { once } from "node:events";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { type WebSocket, WebSocketServer } from "ws";
import { type Issued, leaf, rootAuthority } from "./certificates";

/** What somebody asks of an API server. */
export interface ApiRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Of the bearer. */
  readonly token: string | undefined;
  readonly body: string;
}

/** An answer with its HTTP status. */
export type ApiAnswer = readonly [status: number, body: object, headers?: Readonly<Record<string, string>>];

/** What it does with an exec: says something on the channels of the protocol, or leaves it. */
export type ExecAnswer = (command: readonly string[], say: (channel: 1 | 2 | 3, text: string) => void) => void;

/** What a pod says to what comes to it by a port-forward: an HTTP answer, or nothing. */
export type PodAnswer = (question: string) => string | undefined;

/** A kind that a group serves. */
export type ServedKind = readonly [plural: string, kind: string, scope: "cluster" | "namespace"];

/** A server with real TLS in front of answers that a test gives. */
export class ApiServer {
  private constructor(
    /** Of its certificate. */
    readonly authority: Issued,
    private readonly server: Server,
  ) {}

  /** Connections that were made to it. */
  connections = 0;

  /** How it answers execs; refuses them unless told otherwise. */
  exec: ExecAnswer | undefined;

  /** How pods answer what is forwarded to them; forwarding is refused unless told otherwise. */
  podAnswer: PodAnswer | undefined;

  static async start(answer: (request: ApiRequest) => ApiAnswer): Promise<ApiServer> {
    const authority = await rootAuthority("CA of an API server");
    const { key, certificate } = await leaf(authority, "api", {
      dnsNames: ["api"],
      ipAddresses: ["127.0.0.1"],
      uses: ["server_auth"],
    });
    const server = createServer({ key, cert: certificate });
    server.on("request", async (request, response) => {
      const { method = "", url = "", headers } = request;
      const { pathname, searchParams } = new URL(url, "https://127.0.0.1");
      const token = headers.authorization?.replace(/^Bearer /, "");
      const body = await text(request);
      const [status, said, more] = answer({ method, path: pathname, query: searchParams, token, body });
      response.writeHead(status, { "Content-Type": "application/json", ...more }).end(JSON.stringify(said));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const made = new ApiServer(authority, server);
    const sockets = new WebSocketServer({ noServer: true });
    server.on("upgrade", (request, socket, head) => {
      const { exec, podAnswer } = made;
      const isForward = request.url?.includes("/portforward") ?? false;
      if (isForward ? !podAnswer : !exec) return socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
      const { searchParams } = new URL(request.url ?? "", "https://127.0.0.1");
      sockets.handleUpgrade(request, socket, head, (opened: WebSocket) => {
        const say = (channel: number, said: string | Buffer) =>
          opened.send(Buffer.concat([Buffer.from([channel]), Buffer.from(said)]));
        if (isForward) return forward(opened, say, Number(searchParams.get("ports")), podAnswer ?? (() => undefined));
        exec?.(searchParams.getAll("command"), say);
      });
    });
    server.on("secureConnection", () => made.connections++);
    return made;
  }

  /** Host and port. */
  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get endpoint(): string {
    return `https://${this.host}`;
  }

  /**
   * A kubeconfig that leads here, as the program writes it.
   *
   * @param cluster what it says of the cluster besides
   */
  kubeconfig(token: string, cluster: object = {}): string {
    const name = "api";
    const authority = Buffer.from(this.authority.certificate).toString("base64");
    return JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name, cluster: { server: this.endpoint, "certificate-authority-data": authority, ...cluster } }],
      users: [{ name, user: { token } }],
      contexts: [{ name, context: { cluster: name, user: name } }],
      "current-context": name,
    });
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** As the kubelet does it: each of a port's two channels begins with the port (kubelet, pkg/kubelet/server: portforward). */
function forward(opened: WebSocket, say: (channel: number, said: Buffer) => void, port: number, answer: PodAnswer) {
  const first = Buffer.alloc(2);
  first.writeUInt16LE(port);
  for (const channel of [0, 1]) say(channel, first);
  opened.on("message", (data: Buffer) => {
    if (data[0] !== 0) return;
    const said = answer(data.subarray(1).toString());
    if (said !== undefined) say(0, Buffer.from(said));
  });
}

/** The kinds of a group and version. */
export function served(...kinds: readonly ServedKind[]): ApiAnswer {
  return [200, { resources: kinds.map(([name, kind, scope]) => ({ name, kind, namespaced: scope === "namespace" })) }];
}

/** A refusal as the API server words it. */
export function refused(status: number, reason: string): ApiAnswer {
  return [status, { kind: "Status", reason, message: reason }];
}
