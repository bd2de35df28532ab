/** The programs in a file of a release. */
import { chmodSync, createReadStream, createWriteStream, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import { workName } from "../../base/disuse";
import type { Asset } from "./release";

/**
 * Puts the programs of a file into its folder, each whole or not at all, and removes the file.
 *
 * @param path of the file
 * @throws Error when one is not in it
 */
export async function unpack({ folder, programs, url }: Asset, path: string): Promise<void> {
  const unpacked = join(folder, workName(".unpacked"));
  mkdirSync(unpacked, { recursive: true });
  try {
    const [only] = programs;
    if (only && only.member === undefined) renameSync(path, join(unpacked, only.name));
    else await unzip(path, new Map(programs.map(({ name, member = name }) => [member, join(unpacked, name)])), url);
    for (const { name } of programs) {
      chmodSync(join(unpacked, name), 0o755);
      renameSync(join(unpacked, name), join(folder, name));
    }
  } finally {
    for (const left of [path, unpacked]) rmSync(left, { recursive: true, force: true });
  }
}

/** @param targets by paths in the archive */
async function unzip(path: string, targets: ReadonlyMap<string, string>, url: string): Promise<void> {
  const missing = new Set(targets.keys());
  const files = extract();
  const unzipped = pipeline(createReadStream(path), createGunzip(), files);
  const taken = (async () => {
    for await (const entry of files) {
      // Some archives name what is in them from their root on.
      const name = entry.header.name.replace(/^\.\//, "");
      const target = targets.get(name);
      if (target === undefined || !missing.delete(name)) entry.resume();
      else await pipeline(entry, createWriteStream(target));
    }
  })();
  await Promise.all([unzipped, taken]);
  if (missing.size > 0) throw new Error(`${url} has no ${[...missing].join(", ")}`);
}
