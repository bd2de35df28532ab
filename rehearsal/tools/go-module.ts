/** A go.mod of this project: the versions in it are the only ones there are. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Version of a module in the text of a go.mod, e.g. `v1.36.1`. */
export function pinnedVersion(goMod: string, module: string): string {
  const escaped = module.replace(/[.]/g, "\\.");
  const version = new RegExp(`^\\s*(?:require )?${escaped} (v\\S+)`, "m").exec(goMod)?.[1];
  if (!version) throw new Error(`go.mod does not pin ${module}`);
  return version;
}

/** The oldest Go that builds what the text of a go.mod requires, e.g. `1.26`. */
export function oldestGo(goMod: string): string {
  const version = /^go (\d+\.\d+)/m.exec(goMod)?.[1];
  if (!version) throw new Error("go.mod does not say its version of Go");
  return version;
}

/** Text of the go.mod in a folder. */
export function readGoMod(folder: string): string {
  return readFileSync(join(folder, "go.mod"), "utf8");
}
