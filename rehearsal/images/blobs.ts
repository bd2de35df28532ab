/** Files by what is in them, as an OCI image layout keeps them (opencontainers/image-spec, image-layout.md). */
import { createHash } from "node:crypto";
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { copyFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { markUsed, workName } from "../base/disuse";

/** How a blob is referred to. */
export interface Descriptor {
  readonly mediaType: string;
  /** `sha256:…`. */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

/** The blobs in a folder, which others may fill and read at the same time: a blob is there whole or not at all. */
export class Blobs {
  /** @param folder of the layout */
  constructor(private readonly folder: string) {
    mkdirSync(join(folder, "blobs", "sha256"), { recursive: true });
    const layout = join(folder, "oci-layout");
    if (!existsSync(layout)) writeFileSync(layout, JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  }

  /** Where a blob lies, whether it is there or not. */
  path(digest: string): string {
    const [algorithm, hex] = digest.split(":");
    if (algorithm !== "sha256" || !hex || !/^[0-9a-f]{64}$/.test(hex)) throw new Error(`${digest} is no digest`);
    return join(this.folder, "blobs", algorithm, hex);
  }

  /** Whether a blob is there. */
  has(digest: string): boolean {
    return existsSync(this.path(digest));
  }

  /** Digests of all of them. */
  list(): string[] {
    return readdirSync(join(this.folder, "blobs", "sha256")).map((hex) => `sha256:${hex}`);
  }

  /** Keeps JSON. */
  async addJson(mediaType: string, value: object): Promise<Descriptor> {
    return await this.withScratch(async (scratch) => {
      const file = join(scratch, "json");
      writeFileSync(file, JSON.stringify(value));
      return await this.takeFile(mediaType, file);
    });
  }

  /** What a JSON blob says. */
  json<T>(digest: string): T {
    return JSON.parse(readFileSync(this.path(digest), "utf8"));
  }

  /** Keeps a copy of a file. */
  async copyFile(mediaType: string, file: string): Promise<Descriptor> {
    return await this.withScratch(async (scratch) => {
      await copyFile(file, join(scratch, "copy"));
      return await this.takeFile(mediaType, join(scratch, "copy"));
    });
  }

  /** Keeps a file, which is moved: it has to be on the same disk, as one from `withScratch` is. */
  async takeFile(mediaType: string, file: string): Promise<Descriptor> {
    const hash = createHash("sha256");
    await pipeline(createReadStream(file), hash);
    const digest = `sha256:${hash.digest("hex")}`;
    const { size } = await stat(file);
    // One out of an archive is as old as it was there.
    markUsed(file);
    renameSync(file, this.path(digest));
    return { mediaType, digest, size };
  }

  /** A folder beside the blobs, gone afterwards. */
  async withScratch<T>(use: (folder: string) => Promise<T>): Promise<T> {
    const scratch = mkdtempSync(join(this.folder, `${workName("scratch")}-`));
    try {
      return await use(scratch);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }
}
