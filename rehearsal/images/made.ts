/** Images made from packages. */
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Blobs, Descriptor } from "./blobs";
import { addImage, mediaTypes } from "./manifests";
import { programOutput } from "./part";
import { type ImageRecipe, imageRecipes, type MadeImage } from "./recipes";
import type { ImageStore, Origin } from "./store";

/**
 * Makes images that the store does not have as they would be made now, and notes them. It needs no root. On two cores
 * Istio's two take about ten minutes the first time, nearly all of it to build its programs, and half a minute after that.
 *
 * @param report is told what is being made
 * @throws UserError when something that one is made of cannot be had
 */
export async function ensureMadeImages(
  store: ImageStore,
  names: readonly MadeImage[],
  report: (line: string) => void,
): Promise<void> {
  for (const name of names) await ensureImage(store, name, imageRecipes[name], report);
}

/** Those that the store does not have as they would be made now. */
export function unmadeImages(store: ImageStore, names: readonly MadeImage[]): MadeImage[] {
  return names.filter((name) => !isMade(store, imageRecipes[name], recipeKey(imageRecipes[name])));
}

/** As `ensureMadeImages`, of one image. */
export async function ensureImage(
  store: ImageStore,
  name: string,
  recipe: ImageRecipe,
  report: (line: string) => void,
): Promise<void> {
  const key = recipeKey(recipe);
  if (isMade(store, recipe, key)) return;
  report(`making the image ${name}`);
  const { image, from } = await make(store.blobs, recipe, report);
  const { repositories, lacks, standIn } = recipe;
  const origin: Origin = { kind: "made", from, ...(lacks ? { lacks } : {}), ...(standIn ? { standIn } : {}) };
  for (const repository of repositories) store.add({ name: repository, image, origin, recipe: key });
}

function isMade(store: ImageStore, { repositories }: ImageRecipe, key: string): boolean {
  const made = store.entries().filter(({ recipe, image }) => recipe === key && store.blobs.has(image.digest));
  for (const { image } of made) store.markUsed(image);
  return repositories.every((repository) => made.some(({ name }) => name === repository));
}

async function make(
  blobs: Blobs,
  { parts, config }: ImageRecipe,
  report: (line: string) => void,
): Promise<{ image: Descriptor; from: readonly string[] }> {
  return await blobs.withScratch(async (scratch) => {
    const root = join(scratch, "root");
    mkdirSync(root);
    chmodSync(root, 0o755);
    const from: string[] = [];
    // One after the other: later ones replace what earlier ones brought.
    for (const part of parts) from.push(...(await part.lay(root, report)));
    const layer = join(scratch, "layer.tar");
    await pack(root, layer);
    return { image: await addImage(blobs, await blobs.takeFile(mediaTypes.layer, layer), config), from };
  });
}

/** The same files make the same layer, whoever owns them and whenever they were made. */
async function pack(root: string, archive: string): Promise<void> {
  const same = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"];
  await programOutput("tar", ["--create", "--file", archive, ...same, "--directory", root, "."], root);
}

function recipeKey({ parts, ...others }: ImageRecipe): string {
  const said = JSON.stringify([parts.map((part) => part.key()), others]);
  return createHash("sha256").update(said).digest("hex").slice(0, 16);
}
