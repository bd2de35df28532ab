/** Where releases are fetched from: the projects' own sites, or a mirror of them. */
import { createReadStream, existsSync, statSync } from "node:fs";
import { get as getHttp, type IncomingMessage } from "node:http";
import { get as getHttps } from "node:https";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { HttpsProxyAgent } from "hpagent";
import { environmentProxy } from "../../../checks/kube/proxy";
import { UserError } from "../../base/user-error";

/** Real milliseconds in which a site has to say anything. One that is out of reach often says nothing at all. */
const probePatience = 3_000;

/** Real milliseconds without a byte after which a connection is given up. */
const stallPatience = 30_000;

/** Real milliseconds. */
const retryPause = 500;

/** Sites lead elsewhere for what they keep elsewhere, e.g. GitHub for the files of releases. */
const redirects = 5;

/** What there is of a file, from some byte on. */
export interface Answer {
  readonly body: Readable;
  /** Byte with which the body begins: 0 where a site sends the whole file whatever was asked for. */
  readonly from: number;
  /** Bytes of the whole file; undefined where the site does not say. */
  readonly size: number | undefined;
}

/** A site said no: asking again would not help. */
export class Refusal extends Error {}

/** How sites are asked. */
export interface SiteOptions {
  /** Environment with the mirror and proxies. Default: this process's. */
  readonly env?: NodeJS.ProcessEnv;
  /** Real milliseconds. */
  readonly probePatience?: number;
  readonly stallPatience?: number;
  readonly retryPause?: number;
}

/** The sites of the world, or a mirror in the place of all. */
export class Sites {
  /** URL of the mirror, without a slash at its end. */
  readonly mirror: string | undefined;
  /** Real milliseconds before another attempt where a connection broke; each further one waits longer. */
  readonly retryPause: number;
  private readonly env: NodeJS.ProcessEnv;
  /** By origin, whether it answers. */
  private readonly reached = new Map<string, Promise<boolean>>();

  /** @throws UserError when the mirror is none */
  constructor(private readonly options: SiteOptions = {}) {
    this.env = options.env ?? process.env;
    this.mirror = mirrorOf(this.env.MULTICLUSTER_LAB_MIRROR);
    this.retryPause = options.retryPause ?? retryPause;
  }

  /** Where a file is fetched from. A mirror has it under the site's name and its path there. */
  at(url: string): string {
    const { host, pathname } = new URL(url);
    return this.mirror === undefined ? url : `${this.mirror}/${host}${pathname}`;
  }

  /** Whether the site of a file answers, whatever it says; each is asked once. */
  reaches(url: string): Promise<boolean> {
    const at = this.at(url);
    const origin = new URL(at).protocol === "file:" ? (this.mirror ?? at) : new URL(at).origin;
    const known = this.reached.get(origin) ?? this.probe(at);
    this.reached.set(origin, known);
    return known;
  }

  /**
   * Begins to read a file.
   *
   * @param from first byte that is wanted
   * @throws Refusal when the site will not send it
   */
  async open(url: string, from = 0, signal?: AbortSignal): Promise<Answer> {
    const at = this.at(url);
    if (new URL(at).protocol === "file:") return openFile(at, from);
    const patience = this.options.stallPatience ?? stallPatience;
    const response = await this.ask(at, { from, patience, signal });
    const { statusCode = 0, headers } = response;
    if (statusCode === 206) return { body: response, ...rangeOf(headers["content-range"]) };
    if (statusCode === 200) {
      const length = headers["content-length"];
      return { body: response, from: 0, size: length === undefined ? undefined : Number(length) };
    }
    response.destroy();
    // What is kept here is no part of the file.
    if (statusCode === 416) return this.open(url, 0, signal);
    const said = `answered ${statusCode}`;
    throw statusCode >= 500 || statusCode === 429 ? new Error(said) : new Refusal(said);
  }

  private async probe(at: string): Promise<boolean> {
    const url = new URL(at);
    if (url.protocol === "file:") return existsSync(fileURLToPath(this.mirror ?? at));
    const patience = this.options.probePatience ?? probePatience;
    try {
      const response = await this.ask(at, { from: 0, patience, signal: AbortSignal.timeout(patience) });
      response.destroy();
      return true;
    } catch {
      return false;
    }
  }

  private async ask(url: string, how: Ask, left = redirects): Promise<IncomingMessage> {
    const response = await send(url, how, this.env);
    const { location } = response.headers;
    if ((response.statusCode ?? 0) < 300 || (response.statusCode ?? 0) >= 400 || location === undefined)
      return response;
    response.destroy();
    const next = new URL(location, url);
    if (left === 0) throw new Refusal("leads from one place to the next");
    if (url.startsWith("https:") && next.protocol !== "https:") throw new Refusal("leads to a place without TLS");
    return this.ask(next.href, how, left - 1);
  }
}

interface Ask {
  readonly from: number;
  readonly patience: number;
  readonly signal?: AbortSignal | undefined;
}

function send(url: string, { from, patience, signal }: Ask, env: NodeJS.ProcessEnv): Promise<IncomingMessage> {
  const secure = url.startsWith("https:");
  const proxy = secure ? environmentProxy(env)(url) : undefined;
  const headers = { "user-agent": "multicluster-lab", ...(from > 0 ? { range: `bytes=${from}-` } : {}) };
  const options = { headers, signal, ...(proxy ? { agent: new HttpsProxyAgent({ proxy }) } : {}) };
  return new Promise((resolve, reject) => {
    const request = (secure ? getHttps : getHttp)(url, options, resolve);
    request.setTimeout(patience, () => request.destroy(new Error(`said nothing for ${patience / 1000} s`)));
    request.on("error", reject);
  });
}

function openFile(url: string, from: number): Answer {
  const path = fileURLToPath(url);
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) throw new Refusal("does not have it");
  const start = from < size ? from : 0;
  return { body: createReadStream(path, { start }), from: start, size };
}

/** RFC 9110, section 14.4. */
function rangeOf(header = ""): Pick<Answer, "from" | "size"> {
  const { from, size } = /^bytes (?<from>\d+)-\d+\/(?<size>\d+|\*)$/.exec(header)?.groups ?? {};
  if (from === undefined) throw new Refusal("does not say which part it sends");
  return { from: Number(from), size: size === "*" ? undefined : Number(size) };
}

function mirrorOf(said: string | undefined): string | undefined {
  if (!said) return undefined;
  const protocol = URL.parse(said)?.protocol;
  if (protocol !== undefined && ["http:", "https:", "file:"].includes(protocol)) return said.replace(/\/+$/, "");
  throw new UserError(`MULTICLUSTER_LAB_MIRROR is ${said}: give the URL of a folder (https://, http:// or file:///).`);
}
