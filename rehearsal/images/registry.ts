/**
 * A registry from which images of a store are pulled (opencontainers/distribution-spec), for all registries there are: a
 * client that is told to ask it in their place says in `ns` which one it means, as containerd does (containerd,
 * docs/hosts.md).
 */
import { createReadStream, statSync } from "node:fs";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Descriptor } from "./blobs";
import type { ImageStore } from "./store";

/** What a request is about; undefined for what is no part of pulling. */
type Asked = { readonly kind: "manifests" | "blobs"; readonly repository: string; readonly what: string } | "version";

/** Brings an image into the store. */
export type Fetch = (reference: string) => Promise<void>;

/**
 * Answers pulls from the store.
 *
 * @param fetch is asked for images that the store does not have. Default: they cannot be had
 */
export function registryHandler(store: ImageStore, fetch: Fetch = cannot): RequestListener {
  return (request, response) => {
    answer(store, fetch, request, response).catch((error: Error) => {
      // What is no reference or no digest.
      refuse(response, 400, "NAME_INVALID", error.message);
    });
  };
}

const cannot: Fetch = async () => {};

async function answer(
  store: ImageStore,
  fetch: Fetch,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://registry");
  const registry = searchParams.get("ns") ?? request.headers.host ?? "localhost";
  const asked = parse(pathname);
  if (request.method !== "GET" && request.method !== "HEAD") {
    refuse(response, 405, "UNSUPPORTED", "images are only pulled from here");
  } else if (asked === "version") {
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  } else if (asked === undefined) {
    refuse(response, 404, "NAME_UNKNOWN", `${pathname} is nothing here`);
  } else {
    const found = asked.kind === "blobs" ? blob(store, asked.what) : await manifest(store, fetch, registry, asked);
    if (found) send(store, found, request, response);
    else refuse(response, 404, unknown[asked.kind], `${registry}/${asked.repository} has no ${asked.what} here`);
  }
}

/** Codes of the specification. */
const unknown = { manifests: "MANIFEST_UNKNOWN", blobs: "BLOB_UNKNOWN" } as const;

function parse(pathname: string): Asked | undefined {
  if (/^\/v2\/?$/.test(pathname)) return "version";
  const match = /^\/v2\/(?<repository>.+)\/(?<kind>manifests|blobs)\/(?<what>[^/]+)$/.exec(pathname)?.groups;
  return match && (match as unknown as Exclude<Asked, "version">);
}

async function manifest(
  store: ImageStore,
  fetch: Fetch,
  registry: string,
  { repository, what }: Exclude<Asked, "version">,
): Promise<Descriptor | undefined> {
  const isDigest = what.startsWith("sha256:");
  const reference = `${registry}/${repository}${isDigest ? "@" : ":"}${what}`;
  const find = () => (isDigest ? store.manifest(what) : store.resolve(reference));
  const found = find();
  if (found) return found;
  // Why it could not be fetched is told by the one that does it; here it is an image that is not there.
  await fetch(reference).catch(() => {});
  return find();
}

function blob(store: ImageStore, digest: string): Descriptor | undefined {
  if (!store.blobs.has(digest)) return undefined;
  return { mediaType: "application/octet-stream", digest, size: statSync(store.blobs.path(digest)).size };
}

function send(store: ImageStore, found: Descriptor, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, {
    "content-type": found.mediaType,
    "content-length": found.size,
    "docker-content-digest": found.digest,
  });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  createReadStream(store.blobs.path(found.digest))
    .on("error", (error) => response.destroy(error))
    .pipe(response);
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  const body = JSON.stringify({ errors: [{ code, message }] });
  response
    .writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body) })
    .end(body);
}
