import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** How a file is sent. */
export interface Sending {
  readonly content: Buffer;
  /** Bytes after which a connection breaks, for the first connections one each. */
  readonly breaksAt?: readonly number[];
  /** Real milliseconds before each of `pieces`. Default: none. */
  readonly pause?: number;
  readonly pieces?: number;
}

/** Releases on loopback: a mirror, as MULTICLUSTER_LAB_MIRROR names one. */
export class ReleaseServer {
  /** Every request: its path, and the part that was asked for. */
  readonly asked: { readonly path: string; readonly range: string | undefined }[] = [];
  readonly files = new Map<string, Sending>();
  readonly redirects = new Map<string, string>();
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      this.answer(request, response).catch(() => response.destroy());
    });
  }

  static async start(): Promise<ReleaseServer> {
    const releases = new ReleaseServer();
    releases.server.listen(0, "127.0.0.1");
    await once(releases.server, "listening");
    return releases;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async answer({ url = "", headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    const earlier = this.asked.filter(({ path }) => path === url).length;
    this.asked.push({ path: url, range: headers.range });
    const location = this.redirects.get(url);
    const file = this.files.get(url);
    if (location !== undefined) response.writeHead(302, { location }).end();
    else if (file) await send(file, headers.range, earlier, response);
    else response.writeHead(404).end();
  }
}

async function send(
  file: Sending,
  range: string | undefined,
  earlier: number,
  response: ServerResponse,
): Promise<void> {
  const { content, breaksAt = [], pause = 0, pieces = 1 } = file;
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
  if (from >= content.length) {
    response.writeHead(416).end();
    return;
  }
  const part = { "content-range": `bytes ${from}-${content.length - 1}/${content.length}` };
  response.writeHead(from > 0 ? 206 : 200, { "content-length": content.length - from, ...(from > 0 ? part : {}) });
  const end = breaksAt[earlier] ?? content.length;
  const piece = Math.ceil((end - from) / pieces);
  for (let at = from; at < end; at += piece) {
    if (pause > 0) await sleep(pause);
    await new Promise((sent) => response.write(content.subarray(at, Math.min(at + piece, end)), sent));
  }
  // What was sent arrives, unlike where a connection is reset.
  if (end < content.length) response.socket?.end();
  else response.end();
}
