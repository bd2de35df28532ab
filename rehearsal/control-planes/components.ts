/** The processes of a control plane, as kwokctl keeps them in its folder: a file with the pid and a log for each. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

/** Names of the components that were started and are not running any more. */
export function endedComponents(folder: string): string[] {
  const pids = join(folder, "pids");
  if (!existsSync(pids)) return [];
  return readdirSync(pids)
    .filter((file) => file.endsWith(".pid") && !runs(join(pids, file)))
    .map((file) => basename(file, ".pid"));
}

/** The last line that a component wrote, or nothing. */
export function lastWords(folder: string, component: string): string {
  const log = join(folder, "logs", `${component}.log`);
  if (!existsSync(log)) return "";
  return `${component}: ${readFileSync(log, "utf8").trim().split("\n").at(-1)}`;
}

/** A file that is just being written, or that is gone again, counts as a process that runs. */
function runs(pidFile: string): boolean {
  try {
    const pid = readFileSync(pidFile, "utf8").trim();
    if (pid === "") return true;
    // Ended, but not yet waited for: state Z, after the name in parentheses (proc(5)).
    return existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return !existsSync(pidFile);
  }
}
