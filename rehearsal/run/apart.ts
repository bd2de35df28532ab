/** Rehearsals beside each other, or one after the other: each is an `npm start` of its own. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Result } from "./result";

const root = dirname(dirname(__dirname));

/**
 * A rehearsal in a process and a folder of its own. What it complains of goes to this process's standard error.
 *
 * @param args as `npm start` takes them, without `--json`
 * @param progress where what it shows of its progress goes: nowhere, or to standard error too
 * @returns undefined when it did not come to a result
 */
export async function rehearseApart(
  args: readonly string[],
  progress: "ignore" | "stderr",
): Promise<Result | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "apart-"));
  try {
    const json = join(folder, "result.json");
    const main = join(root, "rehearsal", "cli", "main.ts");
    const child = spawn(process.execPath, ["--import", "tsx", main, ...args, "--json", json], {
      cwd: root,
      env: { ...process.env, TMPDIR: folder, XDG_STATE_HOME: join(folder, "state") },
      stdio: ["ignore", progress === "stderr" ? process.stderr : "ignore", "inherit"],
    });
    await new Promise((resolve) => child.once("close", resolve));
    return JSON.parse(readFileSync(json, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
