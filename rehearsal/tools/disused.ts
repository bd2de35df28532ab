/** Programs that no run uses any more: those of older versions. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { isDisused, remove, removeAbandoned } from "../base/disuse";

/**
 * Removes the folders of programs that nobody has used for long, and what builds left that were killed.
 *
 * @param cache of the user
 */
export function removeDisusedPrograms(cache: string): void {
  const folders = readdirSync(cache).filter((name) => name.startsWith("tools-"));
  for (const folder of folders.map((name) => join(cache, name))) {
    const bin = join(folder, "bin");
    if (isDisused(folder)) remove(folder);
    else if (existsSync(bin)) removeAbandoned(bin);
  }
}
