/** Go, which builds the tools. */
import { execFile, spawnSync } from "node:child_process";
import { renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { UserError } from "../base/user-error";
import { moduleFolder, type Recipe, recipes, type ToolName, toolVersion } from "./recipes";

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
  const { stdout, error } = spawnSync("go", ["env", "GOVERSION", "GOCACHE"], { encoding: "utf8", cwd: moduleFolder });
  if (error) return undefined;
  // One that is too old for go.mod, and may fetch no other, only says so elsewhere.
  const said =
    stdout.trim() || spawnSync("go", ["env", "GOVERSION", "GOCACHE"], { encoding: "utf8", cwd: tmpdir() }).stdout;
  const [version = "", cache = ""] = said.trim().split("\n");
  return { version, cache };
}

/**
 * Builds a tool into a folder.
 *
 * @throws UserError with the last line that Go said
 */
export async function build(name: ToolName, bin: string): Promise<void> {
  const recipe: Recipe = recipes[name];
  const variables = recipe.stamp(toolVersion(name)).map((variable) => `-X ${variable}`);
  // Under another name until it is whole: a build that is interrupted, or runs twice, leaves no broken tool behind.
  const partial = join(bin, `.${name}-${process.pid}`);
  try {
    await run(
      "go",
      ["build", "-trimpath", "-ldflags", ["-s", "-w", ...variables].join(" "), "-o", partial, recipe.package],
      {
        cwd: moduleFolder,
        env: { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-mod=readonly" },
        maxBuffer: 64 * 1024 * 1024,
      },
    );
    renameSync(partial, join(bin, name));
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim().split("\n").at(-1) ?? String(error);
    throw new UserError(`Building ${name} failed: ${said}`);
  } finally {
    rmSync(partial, { force: true });
  }
}
