/**
 * The programs that the rehearsal runs on: found on PATH, in a per-user cache, or built from go.mod in this folder, whose
 * versions are the only ones there are.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { build } from "./go";
import { goMod, moduleFolder, recipes, type ToolName, toolNames, toolVersion } from "./recipes";

/** Paths of the programs. */
export type Tools = Readonly<Record<ToolName, string>>;

/** Folder of the cache: another one as soon as any version, flag or the platform changes. */
export function cacheFolder(goModText: string, goSumText: string, env: NodeJS.ProcessEnv = process.env): string {
  const flags = toolNames.flatMap((name) => recipes[name].stamp("v0.0.0"));
  const key = createHash("sha256")
    .update([goModText, goSumText, ...flags, process.platform, process.arch].join("\n"))
    .digest("hex")
    .slice(0, 16);
  return join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "multicluster-lab", `tools-${key}`);
}

/** Tools that are neither on PATH nor in the cache, and have to be built. */
export function missingTools(): ToolName[] {
  return toolNames.filter((name) => locate(name) === undefined);
}

/**
 * All tools, building what is missing: about ten minutes on two cores for all of them, once.
 *
 * @param report is told what is being built
 * @throws UserError when one cannot be built
 */
export async function ensureTools(report: (line: string) => void): Promise<Tools> {
  const bin = toolsFolder();
  const found = toolNames.map((name) => ({ name, path: locate(name) }));
  const missing = found.filter(({ path }) => path === undefined);
  mkdirSync(bin, { recursive: true });
  for (const [index, { name }] of missing.entries()) {
    report(`building ${name} (${index + 1} of ${missing.length}, once for this machine)`);
    await build(name, bin);
  }
  return Object.fromEntries(found.map(({ name, path }) => [name, path ?? join(bin, name)])) as Tools;
}

/** Where tools are built. The Automation API looks for the engine in a folder called bin. */
export function toolsFolder(): string {
  return join(cacheFolder(goMod(), readFileSync(join(moduleFolder, "go.sum"), "utf8")), "bin");
}

function locate(name: ToolName): string | undefined {
  const cached = join(toolsFolder(), name);
  if (existsSync(cached)) return cached;
  // The engine is only taken from a folder of the Automation API's liking.
  const folders = (process.env.PATH ?? "").split(":").filter((folder) => name !== "pulumi" || folder.endsWith("/bin"));
  const version = toolVersion(name).slice(1);
  return folders
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path) && printsVersion(path, recipes[name].version, version));
}

function printsVersion(path: string, args: readonly string[], version: string): boolean {
  const { stdout } = spawnSync(path, args, { encoding: "utf8", timeout: 10_000 });
  return new RegExp(`\\bv?${version.replace(/[.]/g, "\\.")}(?![.\\d])`).test(stdout ?? "");
}
