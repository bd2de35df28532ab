/** Go, which builds programs from the go.mod files of this project. */
import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { markUsed, workName } from "../base/disuse";
import { UserError } from "../base/user-error";
import { pinnedVersion, readGoMod } from "./go-module";
import { patchModule } from "./patched-module";
import { buildFolder, type GoProgram, locate, programVersion, userCache } from "./program";

const run = promisify(execFile);

/** What this machine has of Go. */
export interface Go {
  /** E.g. `go1.26.8`. */
  readonly version: string;
  /** Folder in which it keeps what it has compiled. */
  readonly cache: string;
}

/** Undefined when there is none. */
export function findGo(): Go | undefined {
  const { stdout, error } = spawnSync("go", ["env", "GOVERSION", "GOCACHE"], { encoding: "utf8", cwd: __dirname });
  if (error) return undefined;
  // One that is too old for go.mod, and may fetch no other, only says so elsewhere.
  const said =
    stdout.trim() || spawnSync("go", ["env", "GOVERSION", "GOCACHE"], { encoding: "utf8", cwd: tmpdir() }).stdout;
  const [version = "", cache = ""] = said.trim().split("\n");
  return { version, cache };
}

/**
 * Paths of programs by name, building what is missing.
 *
 * @param report is told what is being built
 * @throws UserError when one cannot be built
 */
export async function ensurePrograms(
  programs: readonly GoProgram[],
  report: (line: string) => void,
): Promise<Record<string, string>> {
  const found = programs.map((program) => ({ program, path: locate(program) }));
  const missing = found.filter(({ path }) => path === undefined);
  for (const [index, { program }] of missing.entries()) {
    report(`building ${program.name} (${index + 1} of ${missing.length}, once for this machine)`);
    await build(program);
  }
  const paths = found.map(
    ({ program, path }) => [program.name, path ?? join(buildFolder(program), program.name)] as const,
  );
  // Those in a cache are in the `bin` of a folder of theirs; what is on PATH is not ours to mark.
  for (const [, path] of paths) if (path.startsWith(userCache())) markUsed(dirname(dirname(path)));
  return Object.fromEntries(paths);
}

/**
 * Folder of the files of a module, fetched if it is not there. Nobody may write in it.
 *
 * @param version e.g. `v1.20.2`
 * @throws UserError when it cannot be had
 */
export async function moduleSource(module: string, version: string): Promise<string> {
  try {
    const { stdout } = await run("go", ["mod", "download", "-json", `${module}@${version}`], { cwd: tmpdir() });
    return JSON.parse(stdout).Dir;
  } catch (error) {
    throw new UserError(`Fetching ${module} ${version} failed: ${saidBy(error)}`);
  }
}

/** @throws UserError with the last line that Go said */
async function build(program: GoProgram): Promise<void> {
  const { name, moduleFolder, tags = [] } = program;
  const bin = buildFolder(program);
  mkdirSync(bin, { recursive: true });
  const variables = program.stamp(programVersion(program)).map((variable) => `-X ${variable}`);
  // Under another name until it is whole: a build that is interrupted, or runs twice, leaves no broken tool behind.
  const partial = join(bin, workName(`.${name}`));
  const patched = `${partial}.patched`;
  try {
    const flags = ["-trimpath", "-tags", tags.join(","), "-ldflags", ["-s", "-w", ...variables].join(" ")];
    flags.push(...(await patchFlags(program, patched)));
    await run("go", ["build", ...flags, "-o", partial, program.package], {
      cwd: moduleFolder,
      env: { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-mod=readonly" },
      maxBuffer: 64 * 1024 * 1024,
    });
    renameSync(partial, join(bin, name));
  } catch (error) {
    throw error instanceof UserError ? error : new UserError(`Building ${name} failed: ${saidBy(error)}`);
  } finally {
    for (const left of [partial, patched]) rmSync(left, { recursive: true, force: true });
  }
}

async function patchFlags({ patched, moduleFolder }: GoProgram, target: string): Promise<string[]> {
  if (!patched) return [];
  const source = await moduleSource(patched.module, pinnedVersion(readGoMod(moduleFolder), patched.module));
  return ["-modfile", patchModule(patched, { moduleFolder, source, target })];
}

function saidBy(error: unknown): string {
  const { code, stderr, stdout } = error as { code?: unknown; stderr?: string; stdout?: string };
  if (code === "ENOENT") return "there is no Go here (https://go.dev/doc/install).";
  // Of a module that it cannot have, Go says so in its answer.
  return stderr?.trim().split("\n").at(-1) || /"Error": "(.*)"/.exec(stdout ?? "")?.[1] || String(error);
}
