import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join, sep } from "node:path";

/** Real milliseconds that killed processes get to be gone. */
const patience = 3_000;

/**
 * Ends every process that works below `folder`: whose command line names it or whose working directory is in it. What they
 * hold is thrown away with the folder, so they are killed. Returns when they are gone; synchronous, so that it can run
 * while this process exits.
 *
 * @param program path of a program: only those that run it are ended. Default: all
 */
export function endProcessesBelow(folder: string, program?: string): void {
  const end = Date.now() + patience;
  const concerned = () => processesBelow(folder).filter((pid) => !program || executable(pid) === program);
  let running = concerned();
  while (running.length > 0 && Date.now() < end) {
    for (const pid of running) kill(pid);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    running = concerned();
  }
}

/** Whether a process runs a program that lies below `folder`. */
export function runsProgramBelow(folder: string): boolean {
  return otherProcesses().some((pid) => executable(pid).startsWith(`${folder}${sep}`));
}

function processesBelow(folder: string): number[] {
  return otherProcesses().filter(
    (pid) => commandLine(pid).includes(folder) || `${workingDirectory(pid)}${sep}`.startsWith(`${folder}${sep}`),
  );
}

function otherProcesses(): number[] {
  // Where nothing shows processes, nothing was started: see preflight.
  if (!existsSync("/proc")) return [];
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    // Gone in the meantime.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Empty for a process that has ended but was not yet waited for. */
export function commandLine(pid: number): string {
  return quietly(() => readFileSync(join("/proc", String(pid), "cmdline"), "utf8"));
}

/** Path of the program that a process runs, links resolved; empty for one that has ended. */
export function executable(pid: number): string {
  return quietly(() => readlinkSync(join("/proc", String(pid), "exe")));
}

/**
 * Clock ticks from the machine's start to a process's: with them it cannot be mistaken for a later one with the same number.
 * Empty when there is no such process, or it has ended and was not waited for (proc(5): fields 3 and 22).
 */
export function startOf(pid: number): string {
  const fields = quietly(() => readFileSync(`/proc/${pid}/stat`, "utf8"))
    .replace(/^.*\) /s, "")
    .split(" ");
  return fields[0] === "Z" ? "" : (fields[19] ?? "");
}

function workingDirectory(pid: number): string {
  return quietly(() => readlinkSync(join("/proc", String(pid), "cwd")));
}

/** Empty when there is nothing to read: processes end while one looks. */
export function quietly(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
