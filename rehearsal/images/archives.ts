/** Archives of images that a user gives: of `docker save`, or of an OCI image layout, in a folder. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { join, resolve } from "node:path";
import { UserError } from "../base/user-error";
import type { Blobs, Descriptor } from "./blobs";
import { mediaTypes } from "./manifests";
import { programOutput } from "./part";
import { parseReference, referenceText } from "./reference";
import type { ImageStore, Origin } from "./store";

/** An image of an archive by its whole reference. */
interface Named {
  readonly name: string;
  readonly image: Descriptor;
}

/** Where archives name their images: an OCI layout (image-spec, annotations.md), and containerd's own. */
const nameAnnotations = ["io.containerd.image.name", "org.opencontainers.image.ref.name"];

/**
 * Brings the images of all archives in a folder into the store; those of files that it has had before are not read again.
 *
 * @param folder of `*.tar` files
 * @param report is told what is being read
 * @throws UserError for a folder without archives, and for one that holds no image with a name
 */
export async function importArchives(store: ImageStore, folder: string, report: (line: string) => void): Promise<void> {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".tar")) : [];
  if (files.length === 0) throw new UserError(`--images ${folder} has no archive of an image: put *.tar files there.`);
  for (const file of files.sort()) {
    const path = resolve(folder, file);
    const { size, mtimeMs: changed } = statSync(path);
    const origin: Origin = { kind: "archive", file: path, size, changed };
    const read = store.entries().filter((entry) => JSON.stringify(entry.origin) === JSON.stringify(origin));
    // All of them: an archive is read once, so that none may go while another stays.
    for (const { image } of read) store.markUsed(image);
    if (read.length > 0) continue;
    report(`reading images from ${file}`);
    for (const { name, image } of await imagesOf(store.blobs, path)) store.add({ name, image, origin });
  }
}

async function imagesOf(blobs: Blobs, archive: string): Promise<readonly Named[]> {
  return await blobs.withScratch(async (scratch) => {
    await programOutput("tar", ["--extract", "--file", archive, "--directory", scratch], scratch);
    const images = await readImages(blobs, scratch);
    if (images.length > 0) return images;
    throw new UserError(`${archive} has no image with a name: write it with \`docker save NAME\` or \`skopeo copy\`.`);
  });
}

/** Newer archives of `docker save` are both kinds; only its own list has whole names. */
async function readImages(blobs: Blobs, folder: string): Promise<readonly Named[]> {
  if (existsSync(join(folder, "manifest.json"))) return await readDocker(blobs, folder);
  return existsSync(join(folder, "index.json")) ? await readLayout(blobs, folder) : [];
}

/** An OCI image layout (image-spec, image-layout.md). */
async function readLayout(blobs: Blobs, folder: string): Promise<readonly Named[]> {
  const index = readJson<{ readonly manifests: readonly LayoutEntry[] }>(join(folder, "index.json"));
  const named = index.manifests.flatMap(({ annotations = {}, mediaType, digest, size }) => {
    const name = nameAnnotations.map((each) => annotations[each]).find((each) => each?.includes("/"));
    return name ? [{ name: referenceText(parseReference(name)), image: { mediaType, digest, size } }] : [];
  });
  if (named.length > 0) {
    const layout = join(folder, "blobs", "sha256");
    for (const blob of readdirSync(layout)) await blobs.takeFile("application/octet-stream", join(layout, blob));
  }
  return named;
}

interface LayoutEntry extends Descriptor {
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What `docker save` writes (moby, image/spec/v1.2.md, "Combined Image JSON + Filesystem Changeset Format"). */
async function readDocker(blobs: Blobs, folder: string): Promise<readonly Named[]> {
  const saved = readJson<readonly { Config: string; RepoTags?: readonly string[]; Layers: readonly string[] }[]>(
    join(folder, "manifest.json"),
  );
  const named: Named[] = [];
  for (const { Config, RepoTags, Layers } of saved) {
    // Copies: two images may share a layer, and a layer may be there twice.
    const config = await blobs.copyFile(mediaTypes.config, join(folder, Config));
    const layers: Descriptor[] = [];
    for (const layer of Layers) layers.push(await addLayer(blobs, join(folder, layer)));
    const { manifest: mediaType } = mediaTypes;
    const image = await blobs.addJson(mediaType, { schemaVersion: 2, mediaType, config, layers });
    for (const tag of RepoTags ?? []) named.push({ name: referenceText(parseReference(tag)), image });
  }
  return named;
}

async function addLayer(blobs: Blobs, file: string): Promise<Descriptor> {
  const handle = await open(file);
  const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
  await handle.close();
  // RFC 1952, "ID1, ID2".
  const zipped = buffer[0] === 0x1f && buffer[1] === 0x8b;
  return await blobs.copyFile(zipped ? mediaTypes.zippedLayer : mediaTypes.layer, file);
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, "utf8"));
}
