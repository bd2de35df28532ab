import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";

/** A proxy for TLS on loopback, as HTTPS_PROXY names one. */
export class ConnectProxy {
  /** Host and port that it was asked for, in order. */
  readonly asked: string[] = [];

  private constructor(private readonly server: Server) {}

  /** @param leadTo where all connections go, whatever was asked for: a host that this machine cannot resolve */
  static async start(leadTo: () => string): Promise<ConnectProxy> {
    const server = createServer((_request, response) => response.writeHead(405).end());
    const proxy = new ConnectProxy(server);
    server.on("connect", (request, client, head) => {
      proxy.asked.push(request.url ?? "");
      const [host = "", port] = leadTo().split(":");
      const upstream = connect(Number(port), host, () => {
        client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
        upstream.write(head);
        upstream.pipe(client).pipe(upstream);
      });
      upstream.on("error", () => client.destroy());
      client.on("error", () => upstream.destroy());
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
