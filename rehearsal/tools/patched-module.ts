/** Building with a module some of whose files are others: Go's overlays leave what it has downloaded as it is. */
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copyForWriting } from "../base/copy-for-writing";
import { readGoMod } from "./go-module";
import type { PatchedModule } from "./program";

/**
 * Makes a copy of a module with other files, and a go.mod with which it is taken.
 *
 * @param moduleFolder where the go.mod is that requires the module
 * @param source folder of the module's files
 * @param target folder for the copy
 * @returns path of the go.mod, for `go build -modfile`
 */
export function patchModule(
  { module, files }: PatchedModule,
  { moduleFolder, source, target }: { readonly moduleFolder: string; readonly source: string; readonly target: string },
): string {
  const copy = join(target, "module");
  copyForWriting(source, copy);
  for (const [name, path] of Object.entries(files)) copyFileSync(join(moduleFolder, name), join(copy, path));
  const goMod = join(target, "go.mod");
  writeFileSync(goMod, `${readGoMod(moduleFolder)}\nreplace ${module} => ${copy}\n`);
  copyFileSync(join(moduleFolder, "go.sum"), join(target, "go.sum"));
  return goMod;
}
