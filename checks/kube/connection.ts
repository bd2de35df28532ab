import { Agent } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { HttpMethod, IsomorphicFetchHttpLibrary, KubeConfig, RequestContext } from "@kubernetes/client-node";
import { HttpsProxyAgent } from "hpagent";
import { noAnswer, noCredentials, refusal } from "./error";
import { type ExecOptions, type ExecResult, execIn, type PodRef } from "./exec";
import { getFromPod } from "./port-forward";
import { watchPath } from "./watch";

/** Tokens of `aws eks get-token` live 15 minutes; they are renewed earlier. */
const credentialsLiveMs = 10 * 60_000;

/** API servers close a connection that was idle for 90 s; it is given up before, so that no request meets that moment. */
const idleMs = 60_000;

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
  readonly headers: Readonly<Record<string, string>>;
  readonly agent: Agent;
}

/**
 * Sends the official client's requests with what it lacks itself: connections and credentials that outlive one request,
 * a limit of time, and another try when the API server asks for one.
 */
export class KubeConnection {
  /** Where the cluster answers. */
  readonly server: string;
  private readonly config = new KubeConfig();
  private readonly http = new IsomorphicFetchHttpLibrary();
  private credentials: Promise<Credentials> | undefined;
  private renewAt = 0;

  /** @throws KubeError when the kubeconfig cannot be read */
  constructor(kubeconfig: string) {
    try {
      this.config.loadFromString(kubeconfig);
    } catch (error) {
      throw noCredentials(error);
    }
    const server = this.config.getCurrentCluster()?.server;
    if (!server) throw noCredentials(new Error("the kubeconfig names no cluster in its current context"));
    this.server = server.replace(/\/$/, "");
  }

  /** @throws KubeError unless the answer is a success */
  async request<T>(request: RequestContext): Promise<T> {
    return JSON.parse(await this.text(request)) as T;
  }

  /** An answer that is no JSON. */
  async text(request: RequestContext): Promise<string> {
    let answer = await this.send(request);
    if (answer.status === 401) {
      // Credentials may have been withdrawn before their time.
      this.credentials = undefined;
      answer = await this.send(request);
    }
    for (let attempt = 0; answer.retryAfter !== undefined && attempt < retries; attempt++) {
      await sleep(answer.retryAfter * 1000);
      answer = await this.send(request);
    }
    if (answer.status >= 200 && answer.status < 300) return answer.text;
    throw refusal(answer.status, answer.text);
  }

  /** See execIn. */
  exec(pod: PodRef, container: string, command: readonly string[], options?: ExecOptions): Promise<ExecResult> {
    return execIn(this.config, pod, container, command, options);
  }

  /** See watchPath. */
  watch(path: () => Promise<string | undefined>, changed: () => void, signal: AbortSignal): Promise<void> {
    return watchPath(this.config, path, changed, signal);
  }

  /** See getFromPod. */
  getFromPod(pod: PodRef, port: number, path: string): Promise<string> {
    return getFromPod(this.config, pod, port, path);
  }

  private async send(request: RequestContext): Promise<Answer> {
    const { headers, agent } = await this.authenticate();
    for (const [name, value] of Object.entries(headers)) request.setHeaderParam(name, value);
    request.setAgent(agent);
    request.setSignal(AbortSignal.timeout(answerWithinMs));
    try {
      const response = await this.http.send(request).toPromise();
      const after = response.headers["retry-after"];
      return {
        status: response.httpStatusCode,
        retryAfter: after === undefined ? undefined : Number(after) || 1,
        text: await response.body.text(),
      };
    } catch (error) {
      throw noAnswer(new URL(this.server).origin, error);
    }
  }

  /** The official client would shake hands for every request, and run an exec plugin for each if its answer does not expire. */
  private authenticate(): Promise<Credentials> {
    if (!this.credentials || Date.now() > this.renewAt) {
      this.renewAt = Date.now() + credentialsLiveMs;
      this.credentials = this.collect();
      this.credentials.catch(() => {
        this.renewAt = 0;
      });
    }
    return this.credentials;
  }

  private async collect(): Promise<Credentials> {
    const shown = new RequestContext(this.server, HttpMethod.GET);
    await this.config.applySecurityAuthentication(shown).catch((error: unknown) => {
      throw noCredentials(error);
    });
    return { headers: shown.getHeaders(), agent: this.lasting(shown.getAgent() as Agent) };
  }

  /** An agent as the official client makes it, whose connections last. Through SOCKS they do not. */
  private lasting(agent: Agent): Agent {
    const options = { ...agent.options, keepAlive: true, timeout: idleMs };
    const proxy = this.config.getCurrentCluster()?.proxyUrl;
    if (agent instanceof HttpsProxyAgent && proxy) return new HttpsProxyAgent({ ...options, proxy });
    return agent.constructor === Agent ? new Agent(options) : agent;
  }
}
