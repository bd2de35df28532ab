/** Rehearsals one after the other, each an `npm start` of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Result } from "./result";

const root = dirname(dirname(__dirname));

/**
 * A rehearsal in a process and a folder of its own. What it complains of goes to this process's standard error. When this
 * process is told to end, the rehearsal is, and then it does.
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
    const signal = await ended(child);
    if (signal) {
      rmSync(folder, { recursive: true, force: true });
      process.exit(signal === "SIGINT" ? 130 : 143);
    }
    return JSON.parse(readFileSync(json, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Waits for the end of a process, which learns of signals; with the one that this process got meanwhile. */
async function ended(child: ChildProcess): Promise<NodeJS.Signals | undefined> {
  let got: NodeJS.Signals | undefined;
  const pass = (signal: NodeJS.Signals) => {
    got = signal;
    child.kill(signal);
  };
  process.on("SIGINT", pass);
  process.on("SIGTERM", pass);
  await new Promise((resolve) => child.once("close", resolve));
  process.off("SIGINT", pass);
  process.off("SIGTERM", pass);
  return got;
}
