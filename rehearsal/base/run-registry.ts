/**
 * Which rehearsals of this machine live: those that make things outside of their own processes (network namespaces,
 * cgroups) write down who they are, so that a later one can tell what a dead one left behind.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { quietly, startOf } from "./processes";

/** Gone when the machine starts anew, as is all that it speaks of. */
const folder = "/run/multicluster-lab";

/** A process that cannot be mistaken for a later one with the same number. */
interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks from the machine's start to the process's. */
  readonly started: string;
}

/** What is known of a rehearsal. */
interface Claim extends ProcessIdentity {
  /** Folder in which it keeps everything. */
  readonly scratch: string;
}

/**
 * Says that a rehearsal lives as long as a process does; once more names another process.
 *
 * @param run short id of the rehearsal
 * @param scratch folder in which it keeps everything
 */
export function claimRun(run: string, pid: number, scratch: string): void {
  const claim: Claim = { pid, started: startOf(pid), scratch };
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  writeFileSync(fileOf(run), JSON.stringify(claim));
}

/** A rehearsal whose process was killed before it could take away what it had made. */
export interface DeadRun {
  readonly run: string;
  readonly scratch: string;
}

/** Those that were claimed and live no more. */
export function deadRuns(): DeadRun[] {
  if (!existsSync(folder)) return [];
  const runs = readdirSync(folder).flatMap((file) => (file.endsWith(".json") ? [file.slice(0, -".json".length)] : []));
  return runs.filter((run) => !isAlive(run)).map((run) => ({ run, scratch: claimOf(run)?.scratch ?? "" }));
}

/** Whether the process by which the rehearsal lives is still there. One that nobody claimed does not live. */
export function isAlive(run: string): boolean {
  const claim = claimOf(run);
  return claim !== undefined && claim.started !== "" && startOf(claim.pid) === claim.started;
}

/** Forgets a rehearsal; without complaint when it is not known. */
export function releaseRun(run: string): void {
  rmSync(fileOf(run), { force: true });
}

function claimOf(run: string): Claim | undefined {
  const text = quietly(() => readFileSync(fileOf(run), "utf8"));
  return text === "" ? undefined : JSON.parse(text);
}

function fileOf(run: string): string {
  return join(folder, `${run}.json`);
}
