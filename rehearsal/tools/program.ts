/** A program: what it is built from, where its project publishes it, and where it lies once it is there. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { pinnedVersion, readGoMod } from "./go-module";
import { type Arch, type Release, thisArch } from "./releases/release";

/** How a program is built and known. */
export interface GoProgram {
  /** Of the file. */
  readonly name: string;
  /** Where the go.mod is that pins all that it is built from. */
  readonly moduleFolder: string;
  /** Go package to build. */
  readonly package: string;
  /** Module whose version in go.mod is the program's. Default: none, the program is this project's own. */
  readonly module?: string;
  /** Linker variables that carry the version (given with its v); the Go build sets none by itself. */
  readonly stamp: (version: string) => readonly string[];
  /** Build tags. Default: none. */
  readonly tags?: readonly string[];
  /** A module of which some files are others. Default: none. */
  readonly patched?: PatchedModule;
  /** Where its project publishes a version (given with its v). Default: nowhere, it is built. */
  readonly release?: (version: string, arch: Arch) => Release;
  /** Arguments that print the version; one on PATH counts only in just this one. Default: none on PATH counts. */
  readonly version?: readonly string[];
}

/** A module with other files than it has, where it needs what not everybody can have. */
export interface PatchedModule {
  /** As go.mod requires it. */
  readonly module: string;
  /** Paths in the module, by the names of the files beside go.mod that are in their place. */
  readonly files: Readonly<Record<string, string>>;
}

/** The version of a program that go.mod pins, e.g. `v1.36.1`; `v0.0.0` for one of this project. */
export function programVersion({ moduleFolder, module }: GoProgram): string {
  return module ? pinnedVersion(readGoMod(moduleFolder), module) : "v0.0.0";
}

/** What this project keeps on a machine for its user, for all runs. */
export function userCache(env: NodeJS.ProcessEnv = process.env): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "multicluster-lab");
}

/**
 * Name of the folder in which a program is kept: another one as soon as any version in its go.mod, a flag, the platform, or
 * source text beside the go.mod changes.
 */
export function folderName({ moduleFolder, stamp, tags = [], patched }: GoProgram): string {
  const texts = readdirSync(moduleFolder)
    .filter((file) => /^go\.(mod|sum)$|\.go$/.test(file))
    .sort()
    .map((file) => readFileSync(join(moduleFolder, file), "utf8"));
  const patch = patched ? [JSON.stringify(patched)] : [];
  const said = [...texts, ...stamp("v0.0.0"), ...tags, ...patch, process.platform, process.arch].join("\n");
  return `tools-${createHash("sha256").update(said).digest("hex").slice(0, 16)}`;
}

/** Where a program is kept, beside others of the same go.mod. */
export function programFolder(program: GoProgram): string {
  return join(userCache(), folderName(program));
}

/** Where a program is built. The Automation API looks for the engine in a folder called bin. */
export function buildFolder(program: GoProgram): string {
  return join(programFolder(program), "bin");
}

/** What its project publishes of a program in the version that is pinned; undefined where it is built. */
export function releaseOf(program: GoProgram): Release | undefined {
  const arch = thisArch();
  return arch && program.release?.(programVersion(program), arch);
}

/** Where a program of a release is kept, beside others of the same file. */
export function releaseFolder({ url }: Release): string {
  return join(userCache(), `tools-${createHash("sha256").update(url).digest("hex").slice(0, 16)}`);
}

/** Path of a program that is there: on PATH in the version that is pinned, built, or of a release. */
export function locate(program: GoProgram): string | undefined {
  const release = releaseOf(program);
  const folders = [buildFolder(program), ...(release ? [join(releaseFolder(release), "bin")] : [])];
  return onPath(program) ?? folders.map((folder) => join(folder, program.name)).find(existsSync);
}

/** What was found on PATH before: programs take their time to say their version. */
const found = new Map<string, string | undefined>();

function onPath(program: GoProgram): string | undefined {
  const key = `${program.name} ${programVersion(program)} ${process.env.PATH}`;
  if (!found.has(key)) found.set(key, lookOnPath(program));
  return found.get(key);
}

function lookOnPath(program: GoProgram): string | undefined {
  const { name, version: args } = program;
  if (!args) return undefined;
  // The engine is only taken from a folder of the Automation API's liking.
  const folders = (process.env.PATH ?? "").split(":").filter((folder) => name !== "pulumi" || folder.endsWith("/bin"));
  const version = programVersion(program).slice(1);
  return folders
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path) && printsVersion(path, args, version));
}

function printsVersion(path: string, args: readonly string[], version: string): boolean {
  const { stdout } = spawnSync(path, args, { encoding: "utf8", timeout: 10_000 });
  return new RegExp(`\\bv?${version.replace(/[.]/g, "\\.")}(?![.\\d])`).test(stdout ?? "");
}
