import { imageRecipes, madeImages } from "../../rehearsal/images/recipes";
import { parseReference } from "../../rehearsal/images/reference";
import { table } from "./markdown";

/** What each image is made of that a rehearsal makes. */
export function imagesTable(): string {
  return table(
    ["image", "made of", "lacks"],
    madeImages.map((name) => {
      const { repositories, parts, lacks, standIn } = imageRecipes[name];
      const pinned = [...new Set(parts.map((part) => part.pinned()))].filter((each) => each !== undefined);
      const paths = repositories.map((repository) => `\`${parseReference(repository).path}\``);
      return [
        [...new Set(paths)].join(", "),
        pinned.join("; ") || "a program of this project that waits",
        lacks ?? (standIn ? `everything: ${standIn}` : ""),
      ];
    }),
  );
}
