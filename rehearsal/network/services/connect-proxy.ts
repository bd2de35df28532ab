import { createServer, type Server } from "node:http";
import { connect } from "node:net";

/**
 * The way of this machine's own programs to API servers: CONNECT to an endpoint's name or address and port 443, and to nothing else.
 *
 * @param portOf port of an API server on loopback, by the endpoint's name or address; undefined for one that is no endpoint's
 */
export function connectProxy(portOf: (host: string) => number | undefined): Server {
  const server = createServer((_request, response) => {
    response.writeHead(405, { allow: "CONNECT" });
    response.end("This proxy leads to API servers of a rehearsal, by CONNECT.\n");
  });
  server.on("connect", ({ url = "" }, client) => {
    const [host = "", port] = url.toLowerCase().split(":");
    const apiPort = port === "443" ? portOf(host) : undefined;
    client.on("error", () => client.destroy());
    if (apiPort === undefined) {
      client.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    const upstream = connect(apiPort, "127.0.0.1");
    let connected = false;
    upstream.once("connect", () => {
      connected = true;
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on("error", () => {
      if (connected) client.destroy();
      else client.end("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n");
    });
    client.on("close", () => upstream.destroy());
  });
  return server;
}
