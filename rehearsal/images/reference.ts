/** What an image is called. */

/** A reference in its parts, with what short ones leave out (distribution/reference, "familiar names"). */
export interface Reference {
  /** Registry, e.g. `docker.io`, `localhost:5000`. */
  readonly host: string;
  /** Repository in it, e.g. `library/redis`. */
  readonly path: string;
  /** Default: `latest`; undefined with a digest and no tag. */
  readonly tag?: string;
  /** E.g. `sha256:…`. */
  readonly digest?: string;
}

/** @throws Error for what is no reference */
export function parseReference(text: string): Reference {
  const match = /^(?<name>[^@]+?)(?::(?<tag>[\w][\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/.exec(text);
  const { name, tag, digest } = match?.groups ?? {};
  if (!name) throw new Error(`${text} names no image`);
  const [host, path] = withHost(name);
  if (!/^[a-z0-9]+(?:[._/-]+[a-z0-9]+)*$/.test(path)) throw new Error(`${text} names no image`);
  return { host, path, ...(tag || !digest ? { tag: tag ?? "latest" } : {}), ...(digest ? { digest } : {}) };
}

/** A reference as text, whole. */
export function referenceText({ host, path, tag, digest }: Reference): string {
  return `${host}/${path}${tag ? `:${tag}` : ""}${digest ? `@${digest}` : ""}`;
}

/**
 * Whether a repository is another, or that one behind a mirror: the same path on any host, below any folder.
 *
 * @param path e.g. `mirror/istio/pilot`
 * @param of e.g. `istio/pilot`
 */
export function isMirrorOf(path: string, of: string): boolean {
  return path === of || path.endsWith(`/${of}`);
}

function withHost(name: string): [host: string, path: string] {
  const slash = name.indexOf("/");
  const first = name.slice(0, Math.max(slash, 0));
  // Without a dot or a port it is a folder on Docker Hub.
  const named = /[.:]/.test(first) || first === "localhost";
  const host = !named || first === "index.docker.io" ? "docker.io" : first;
  const path = named ? name.slice(slash + 1) : name;
  return [host, host === "docker.io" && !path.includes("/") ? `library/${path}` : path];
}
