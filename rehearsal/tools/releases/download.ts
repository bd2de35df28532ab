/** A file of a release, onto this machine: goes on where it was broken off, and is what it should be or is not kept. */
import { createHash } from "node:crypto";
import {
  createReadStream,
  createWriteStream,
  existsSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  type WriteStream,
} from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { isAbandoned, workName } from "../../base/disuse";
import { UserError } from "../../base/user-error";
import { type Checksum, knownChecksums, saidChecksum } from "./checksums";
import { type Asset, fileName, siteOf } from "./release";
import { Refusal, type Sites } from "./site";

/** How often in a row a connection may break before a single byte has come. */
const attempts = 4;

/** A file that says checksums is no longer than this; so much is read of what claims to be one. */
const longestSums = 1024 * 1024;

/** Bytes that may have come and not been written yet: what waits for longer is lost when a connection breaks. */
const ahead = 16 * 1024 * 1024;

/** Told of every piece: bytes that are here now, and of the whole file where that is known. */
export type OnBytes = (bytes: number, size: number | undefined) => void;

/**
 * The checksum that a file must have: the one that this project knows, else what the release says.
 *
 * @throws Error when nobody says one
 */
export async function checksumOf({ url, sums }: Asset, sites: Sites, known = knownChecksums): Promise<Checksum> {
  const pinned = known[url];
  if (pinned) return pinned;
  if (sums === undefined) throw new Refusal("has no checksum of it");
  const said = saidChecksum(await withRetries(sites, () => readText(sums, sites)), url);
  if (said === undefined) throw new Refusal(`does not say its checksum in ${fileName(sums)}`);
  return { sha256: said, source: sites.at(sums) };
}

/**
 * Fetches a file.
 *
 * @returns its path, under a name of this process
 * @throws UserError when it is not what it should be; then nothing of it is left
 * @throws Error when it cannot be had; then what has come is kept for another time
 */
export async function download(asset: Asset, { sites, checksum, signal, onBytes }: DownloadOptions): Promise<string> {
  const name = `.${fileName(asset.url)}`;
  const kept = join(asset.folder, `${name}.part`);
  const path = join(asset.folder, workName(name));
  claim(asset.folder, name, path);
  try {
    const progress = () => sizeOf(path);
    await withRetries(sites, () => receive(asset.url, path, { sites, signal, onBytes }), { signal, progress });
  } catch (error) {
    if (existsSync(path)) renameSync(path, kept);
    throw error;
  }
  const sha256 = await sha256Of(path);
  if (sha256 === checksum.sha256) return path;
  rmSync(path);
  throw new UserError(
    `${sites.at(asset.url)} is not the file that it should be, and was removed: its SHA-256 is ${sha256}, and ` +
      `${checksum.sha256} by ${checksum.source}; try again, or name another mirror (MULTICLUSTER_LAB_MIRROR).`,
  );
}

/** How a file is fetched. */
export interface DownloadOptions {
  readonly sites: Sites;
  readonly checksum: Checksum;
  readonly signal?: AbortSignal;
  readonly onBytes: OnBytes;
}

/** Takes over what an earlier attempt left: kept when it gave up, or abandoned when it was killed. */
function claim(folder: string, name: string, path: string): void {
  const left = readdirSync(folder).find(
    (each) => each === `${name}.part` || (each.startsWith(`${name}-`) && isAbandoned(each)),
  );
  if (left !== undefined) renameSync(join(folder, left), path);
}

type Receiving = Pick<DownloadOptions, "sites" | "signal" | "onBytes">;

async function receive(url: string, path: string, { sites, signal, onBytes }: Receiving): Promise<void> {
  const { body, from, size } = await sites.open(url, sizeOf(path), signal);
  let bytes = from;
  body.on("data", (piece: Buffer) => {
    bytes += piece.length;
    onBytes(bytes, size);
  });
  await keep(body, createWriteStream(path, { flags: from === 0 ? "w" : "a", highWaterMark: ahead }));
  if (size !== undefined && bytes < size) throw new Error(`only ${bytes} of ${size} bytes came`);
}

/** All that comes, also of what breaks off: `pipeline` would throw away what it has not written yet. */
function keep(body: Readable, file: WriteStream): Promise<void> {
  return new Promise((resolve, reject) => {
    body.on("data", (piece: Buffer) => {
      if (file.write(piece)) return;
      body.pause();
      file.once("drain", () => body.resume());
    });
    body.once("end", () => file.end(resolve));
    body.once("error", (error) => file.end(() => reject(error)));
    file.once("error", (error) => {
      body.destroy();
      reject(error);
    });
  });
}

/** Tries again where a connection broke: each attempt that brought something gives the next ones new hope. */
async function withRetries<T>(
  { retryPause }: Sites,
  attempt: () => Promise<T>,
  { signal, progress = () => 0 }: { readonly signal?: AbortSignal | undefined; readonly progress?: () => number } = {},
): Promise<T> {
  let before = progress();
  for (let failures = 1; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (progress() > before) failures = 1;
      if (error instanceof Refusal || signal?.aborted || failures === attempts) throw error;
      before = progress();
      await sleep(retryPause * failures, undefined, { signal });
    }
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

async function readText(url: string, sites: Sites): Promise<string> {
  const { body } = await sites.open(url);
  let text = "";
  for await (const piece of body) {
    text += piece;
    if (text.length > longestSums) throw new Refusal(`says more than checksums in ${fileName(url)}`);
  }
  return text;
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/** Why a file could not be had, e.g. `github.com answered 404`. */
export function reasonOf(error: unknown, url: string, sites: Sites): string {
  const said = error instanceof Error ? error.message : String(error);
  return `${siteOf(sites.at(url))} ${error instanceof Refusal ? said : `broke off: ${said}`}`;
}
