/** What rehearsals keep on a machine for its user, and what of it goes. */
import { existsSync, realpathSync } from "node:fs";
import { runsProgramBelow } from "../base/processes";
import { removeDisusedImages } from "../images/disused";
import { ImageStore, imagesFolder } from "../images/store";
import { removeDisusedPrograms } from "../tools/disused";
import { userCache } from "../tools/program";

/**
 * Removes programs and images that nobody has used for long, unless another rehearsal runs. To be called when this one has
 * what it needs, which is then used.
 *
 * @param cache default: the user's
 */
export function cleanCache(cache: string = userCache()): void {
  if (!existsSync(cache) || runsProgramBelow(realpathSync(cache))) return;
  removeDisusedPrograms(cache);
  const images = imagesFolder(cache);
  if (existsSync(images)) removeDisusedImages(new ImageStore({ folder: images }));
}
