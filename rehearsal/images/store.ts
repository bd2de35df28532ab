/**
 * The images of a machine: a folder with an OCI image layout and, by their names, what is in it. The folder is the whole
 * state, so that one process can fill it and another serve it.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { markUsed, remove, workName } from "../base/disuse";
import { userCache } from "../tools/program";
import { Blobs, type Descriptor } from "./blobs";
import { type Manifest, mediaTypeOf } from "./manifests";
import { isMirrorOf, parseReference, type Reference, referenceText } from "./reference";

/** Where an image came from. */
export type Origin =
  | {
      readonly kind: "made";
      /** Packages and versions that it was made of, e.g. `github.com/coredns/coredns v1.15.0`. */
      readonly from: readonly string[];
      /** What it has not that the image of that name has. */
      readonly lacks?: string;
      /** Why something else does in its place. Default: it is what its name says. */
      readonly standIn?: string;
    }
  | { readonly kind: "pulled" }
  | {
      readonly kind: "archive";
      /** Path of the file that the user gave. */
      readonly file: string;
      /** Bytes, and milliseconds since 1970: those of another file are other images. */
      readonly size: number;
      readonly changed: number;
    };

/** An image by its name. */
export interface Entry {
  /** For made ones a repository with any tag, e.g. `docker.io/istio/pilot`; for others the whole reference. */
  readonly name: string;
  readonly image: Descriptor;
  readonly origin: Origin;
  /** Of made ones: tells whether it would be made in another way now. */
  readonly recipe?: string;
}

/** How a store is opened. */
export interface StoreOptions {
  /** Default: one for all rehearsals of the user. */
  readonly folder?: string | undefined;
  /** Folder of archives whose images count; those of others that were once read do not. Default: none. */
  readonly archives?: string | undefined;
}

/** Where images are kept in a user's cache. */
export function imagesFolder(cache: string = userCache()): string {
  return join(cache, "images");
}

/** Images by reference. */
export class ImageStore {
  readonly blobs: Blobs;
  readonly folder: string;
  private readonly names: string;
  private readonly archives: string | undefined;

  constructor({ folder = imagesFolder(), archives }: StoreOptions = {}) {
    this.folder = folder;
    this.archives = archives === undefined ? undefined : resolve(archives);
    this.blobs = new Blobs(folder);
    this.names = join(folder, "names");
    mkdirSync(this.names, { recursive: true });
  }

  /** With these another process opens the same. */
  get options(): StoreOptions {
    return { folder: this.folder, archives: this.archives };
  }

  /**
   * The manifest of an image. A file that the user gave goes before one that was pulled, and both before one that was made,
   * which answers for its repository whatever the tag and behind whatever mirror.
   */
  resolve(reference: string): Descriptor | undefined {
    const wanted = parseReference(reference);
    const image = wanted.digest ? this.manifest(wanted.digest) : this.find(wanted)?.image;
    if (image) this.markUsed(image);
    return image;
  }

  /** Where the image came from; undefined for one that is not there, and for one that is only known by its digest. */
  origin(reference: string): Origin | undefined {
    const wanted = parseReference(reference);
    if (!wanted.digest) return this.find(wanted)?.origin;
    return this.entries().find(({ image }) => image.digest === wanted.digest)?.origin;
  }

  /** A manifest by its digest. */
  manifest(digest: string): Descriptor | undefined {
    if (!this.blobs.has(digest)) return undefined;
    const { size } = statSync(this.blobs.path(digest));
    // Layers are larger, and are no manifests.
    if (size > 4 * 1024 * 1024) return undefined;
    const mediaType = manifestType(readFileSync(this.blobs.path(digest), "utf8"));
    return mediaType ? { mediaType, digest, size } : undefined;
  }

  /** Notes an image, in the place of another of the same name and kind. */
  add(entry: Entry): void {
    // Written aside, so that nobody reads half of it.
    const partial = join(this.folder, workName(`.${hash(entry.name)}`));
    writeFileSync(partial, JSON.stringify(entry));
    renameSync(partial, this.fileOf(entry));
  }

  /** Forgets an image; what it consists of stays, since others may have it too. */
  remove(entry: Entry): void {
    remove(this.fileOf(entry));
  }

  /** Notes that an image is wanted: one that is not for long is removed some day. */
  markUsed({ digest }: Descriptor): void {
    markUsed(this.blobs.path(digest));
  }

  /** All images, as they are now: another process may have added some. */
  entries(): readonly Entry[] {
    const files = readdirSync(this.names).sort();
    return files.map((name) => JSON.parse(readFileSync(join(this.names, name), "utf8")));
  }

  private fileOf({ name, origin }: Entry): string {
    return join(this.names, `${hash(`${origin.kind} ${name}`)}.json`);
  }

  private find(wanted: Reference): Entry | undefined {
    const entries = this.entries()
      .filter((entry) => this.counts(entry))
      .map((entry) => ({ entry, kind: entry.origin.kind, name: parseReference(entry.name) }));
    const sameTag = (name: Reference) => name.tag === wanted.tag && isMirrorOf(wanted.path, name.path);
    const found =
      entries.find(({ kind, name }) => kind === "archive" && sameTag(name)) ??
      entries.find(({ kind, name }) => kind === "pulled" && referenceText(name) === referenceText(wanted)) ??
      entries.find(({ kind, name }) => kind === "made" && isMirrorOf(wanted.path, name.path));
    return found?.entry;
  }

  private counts({ origin, image }: Entry): boolean {
    if (!this.blobs.has(image.digest)) return false;
    return origin.kind !== "archive" || dirname(origin.file) === this.archives;
  }
}

function manifestType(text: string): string | undefined {
  try {
    return mediaTypeOf(JSON.parse(text) as Manifest);
  } catch {
    return undefined;
  }
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
