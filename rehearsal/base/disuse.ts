/**
 * What is kept on a machine for later runs, and when it goes: what was not used for a month, and what a process was working
 * on when it was killed.
 */
import { readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { quietly, startOf } from "./processes";

/** Milliseconds without use after which something goes. */
const patience = 30 * 24 * 3600 * 1000;

/** Notes that a file or folder is used now; without complaint when it is not there. */
export function markUsed(path: string): void {
  const now = new Date();
  quietly(() => {
    utimesSync(path, now, now);
    return "";
  });
}

/** Whether nobody has used a file or folder for a month, or it is not there. */
export function isDisused(path: string): boolean {
  const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: 0 };
  return Date.now() - mtimeMs > patience;
}

/** Name for what this process works on, from which a later one can tell whether it still does. */
export function workName(what: string): string {
  return `${what}-${process.pid}.${startOf(process.pid)}`;
}

/** Whether the process that worked on what has this name is no more. */
export function isAbandoned(name: string): boolean {
  const { pid, started } = /-(?<pid>\d+)\.(?<started>\d+)(?:[-.]|$)/.exec(name)?.groups ?? {};
  return pid !== undefined && startOf(Number(pid)) !== started;
}

/** Removes from a folder what processes worked on that are no more. */
export function removeAbandoned(folder: string): void {
  for (const name of readdirSync(folder)) if (isAbandoned(name)) remove(join(folder, name));
}

/** Removes a file, or a folder with all that is in it; what is somebody else's stays. */
export function remove(path: string): void {
  quietly(() => {
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
    return "";
  });
}
