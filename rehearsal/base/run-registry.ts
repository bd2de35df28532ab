/**
 * Which rehearsals of this machine live: those that make things outside of their own processes (network namespaces,
 * cgroups) write down who they are, so that a later one can tell what a dead one left behind.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { quietly } from "./processes";

/** Gone when the machine starts anew, as is all that it speaks of. */
const folder = "/run/multicluster-lab";

/** A process that cannot be mistaken for a later one with the same number. */
interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks from the machine's start to the process's. */
  readonly started: string;
}

/**
 * Says that a rehearsal lives as long as a process does; once more names another process.
 *
 * @param run short id of the rehearsal
 */
export function claimRun(run: string, pid: number): void {
  const identity: ProcessIdentity = { pid, started: startOf(pid) };
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  writeFileSync(fileOf(run), JSON.stringify(identity));
}

/** Whether the process by which the rehearsal lives is still there. One that nobody claimed does not live. */
export function isAlive(run: string): boolean {
  const text = quietly(() => readFileSync(fileOf(run), "utf8"));
  if (text === "") return false;
  const { pid, started } = JSON.parse(text) as ProcessIdentity;
  return started !== "" && startOf(pid) === started;
}

/** Forgets a rehearsal; without complaint when it is not known. */
export function releaseRun(run: string): void {
  rmSync(fileOf(run), { force: true });
}

function fileOf(run: string): string {
  return join(folder, `${run}.json`);
}

/** Empty when there is no such process, or it has ended and was not waited for (proc(5): fields 3 and 22). */
function startOf(pid: number): string {
  const fields = quietly(() => readFileSync(`/proc/${pid}/stat`, "utf8"))
    .replace(/^.*\) /s, "")
    .split(" ");
  return fields[0] === "Z" ? "" : (fields[19] ?? "");
}
