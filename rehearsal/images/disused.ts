/** Images that no rehearsal uses any more, e.g. those that no recipe of this version makes. */
import { isDisused, remove, removeAbandoned } from "../base/disuse";
import type { Blobs, Descriptor } from "./blobs";
import type { Manifest } from "./manifests";
import type { ImageStore } from "./store";

/** Removes images that nobody has used for long, what only they consist of, and what processes left that were killed. */
export function removeDisusedImages(store: ImageStore): void {
  const { blobs } = store;
  removeAbandoned(store.folder);
  for (const entry of store.entries()) if (isDisused(blobs.path(entry.image.digest))) store.remove(entry);
  const needed = new Set(store.entries().flatMap(({ image }) => partsOf(blobs, image)));
  // What an image is being made of belongs to none yet, and is new.
  for (const digest of blobs.list()) {
    if (!needed.has(digest) && isDisused(blobs.path(digest))) remove(blobs.path(digest));
  }
}

/** Digests of an image and of all that it consists of; of a list for several platforms, as far as it is here. */
function partsOf(blobs: Blobs, { digest }: Descriptor): string[] {
  if (!blobs.has(digest)) return [];
  const { config, layers = [], manifests = [] } = blobs.json<Manifest>(digest);
  const others = [...(config ? [config] : []), ...layers].map((each) => each.digest);
  return [digest, ...others, ...manifests.flatMap((each) => partsOf(blobs, each))];
}
