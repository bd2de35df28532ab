import { Agent, type RequestOptions, request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { KubeError } from "./error";

/** Tokens of `aws eks get-token` live 15 minutes; they are renewed earlier. */
const credentialsLiveMs = 10 * 60_000;

/** An API server that takes longer to answer is taken for dead; its own limit for a request is 60 s. */
const answerWithinMs = 65_000;

/** How often a request is repeated that the API server turned away with Retry-After, as client-go does. */
const retries = 10;

interface Answer {
  readonly status: number;
  readonly retryAfter: number | undefined;
  readonly text: string;
}

interface Credentials {
  readonly server: string;
  readonly headers: Record<string, string>;
  readonly tls: RequestOptions;
}

/** HTTPS requests with a kubeconfig's credentials. */
export class KubeConnection {
  private readonly agent = new Agent({ keepAlive: true });
  private credentials: Promise<Credentials> | undefined;
  private renewAt = 0;

  constructor(private readonly kubeconfig: string) {}

  /** @throws KubeError unless the answer is a success */
  async request<T>(method: string, path: string, body?: object, contentType = "application/json"): Promise<T> {
    const content = body === undefined ? undefined : JSON.stringify(body);
    let answer = await this.send(method, path, content, contentType);
    if (answer.status === 401 && this.credentials) {
      // Credentials may have been withdrawn before their time.
      this.credentials = undefined;
      answer = await this.send(method, path, content, contentType);
    }
    for (let attempt = 0; answer.retryAfter !== undefined && attempt < retries; attempt++) {
      await sleep(answer.retryAfter * 1000);
      answer = await this.send(method, path, content, contentType);
    }
    if (answer.status >= 200 && answer.status < 300) return JSON.parse(answer.text) as T;
    throw refusal(answer);
  }

  private async send(method: string, path: string, content: string | undefined, contentType: string): Promise<Answer> {
    const { server, headers, tls } = await this.authenticate();
    const url = new URL(server.replace(/\/$/, "") + path);
    const options: RequestOptions = {
      ...tls,
      method,
      agent: this.agent,
      headers: {
        ...headers,
        Accept: "application/json",
        ...(content !== undefined && { "Content-Type": contentType, "Content-Length": Buffer.byteLength(content) }),
      },
      timeout: answerWithinMs,
    };
    return exchange(url, options, content);
  }

  /** Credentials for a while: the official client would run an exec plugin for each request if its answer does not expire. */
  private authenticate(): Promise<Credentials> {
    if (!this.credentials || Date.now() > this.renewAt) {
      this.renewAt = Date.now() + credentialsLiveMs;
      const credentials = this.collect();
      this.credentials = credentials;
      credentials.catch(() => {
        this.renewAt = 0;
      });
    }
    return this.credentials;
  }

  private async collect(): Promise<Credentials> {
    // An ES module, and a large one: loaded when the first request is made.
    const { KubeConfig } = await import("@kubernetes/client-node");
    const options: RequestOptions = {};
    try {
      const config = new KubeConfig();
      config.loadFromString(this.kubeconfig);
      const server = config.getCurrentCluster()?.server;
      if (!server) throw new Error("the kubeconfig names no cluster in its current context");
      await config.applyToHTTPSOptions(options);
      const { headers, auth, ca, cert, key, rejectUnauthorized, servername } = options;
      const tls = { auth, ca, cert, key, rejectUnauthorized, servername };
      return { server, headers: headers as Record<string, string>, tls };
    } catch (error) {
      const said = error instanceof Error ? error.message.trim() : String(error);
      throw new KubeError(0, "NoCredentials", `getting credentials: ${said}`);
    }
  }
}

function exchange(url: URL, options: RequestOptions, content: string | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", fail);
      response.on("end", () => {
        const after = response.headers["retry-after"];
        resolve({
          status: response.statusCode ?? 0,
          retryAfter: after === undefined ? undefined : Number(after) || 1,
          text: Buffer.concat(chunks).toString(),
        });
      });
    });
    const fail = (error: NodeJS.ErrnoException) => {
      // The server may close a kept connection at the moment of its reuse; then nothing was done.
      if (sent.reusedSocket && error.code === "ECONNRESET") exchange(url, options, content).then(resolve, reject);
      else reject(new KubeError(0, error.code ?? "Error", `${url.origin}: ${error.message || error.code}`));
    };
    sent.on("error", fail);
    sent.on("timeout", () => sent.destroy(new Error("no answer in time")));
    sent.end(content);
  });
}

function refusal({ status, text }: Answer): KubeError {
  try {
    const said = JSON.parse(text) as { reason?: string; message?: string; details?: { causes?: [] } };
    return new KubeError(status, said.reason ?? "", said.message ?? `HTTP ${status}`, said.details?.causes);
  } catch {
    return new KubeError(status, "", text.trim() || `HTTP ${status}`);
  }
}
