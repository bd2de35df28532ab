import { readFileSync } from "node:fs";

/**
 * Ends the processes at once: what they hold is thrown away with them. Their ids come from files, and an id may have been
 * given to somebody else since, so only those are ended whose command line names `folder`.
 */
export function endProcesses(pids: readonly number[], folder: string): void {
  for (const pid of pids) {
    if (!commandLine(pid).includes(folder)) continue;
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      // Gone in the meantime.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
