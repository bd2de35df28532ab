/** Whether the engine is at work or waits, as Linux counts it. */
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { commandLine, executable, quietly } from "../base/processes";

/** Milliseconds of processor, had or waited for, between two looks: below, a process only turned in its sleep. */
const stirring = 1;

/** Real milliseconds for which the processes that were found are taken to be all there are. */
const foundFor = 500;

/**
 * Whether the engine has worked, or waited for a processor, since the last look: the engine itself, its plugins, and the eks
 * stand-in, in which a part of the program runs. Undefined where the kernel does not count.
 *
 * @param pulumi the engine's binary
 */
export function engineActivity(pulumi: string): (() => boolean) | undefined {
  if (!existsSync("/proc/self/schedstat")) return undefined;
  const before = new Map<number, number>();
  // As the kernel names it, links resolved.
  const engine = quietly(() => realpathSync(pulumi));
  let pids: readonly number[] = [];
  let found = Number.NEGATIVE_INFINITY;
  return () => {
    if (performance.now() - found > foundFor) {
      pids = engineProcesses(engine);
      found = performance.now();
    }
    let active = false;
    for (const pid of pids) {
      const now = processorTime(pid);
      // Less than before: a thread has ended.
      if (Math.abs(now - (before.get(pid) ?? now)) > stirring) active = true;
      before.set(pid, now);
    }
    return active;
  };
}

function engineProcesses(engine: string): number[] {
  const own = childrenOf(process.pid);
  const engines = own.filter((pid) => engine !== "" && executable(pid) === engine);
  const standIns = own.filter((pid) => commandLine(pid).includes(join("providers", "eks", "main")));
  return [...engines, ...engines.flatMap(childrenOf), ...standIns];
}

function childrenOf(pid: number): number[] {
  return tasksOf(pid).flatMap((task) =>
    quietly(() => readFileSync(`/proc/${pid}/task/${task}/children`, "utf8"))
      .split(" ")
      .flatMap((child) => (child ? [Number(child)] : [])),
  );
}

/** Milliseconds for which the threads of a process ran or could have run (Linux, Documentation/scheduler/sched-stats). */
function processorTime(pid: number): number {
  let nanoseconds = 0;
  for (const task of tasksOf(pid)) {
    const [ran = 0, waited = 0] = quietly(() => readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8"))
      .split(" ")
      .map(Number);
    nanoseconds += ran + waited;
  }
  return nanoseconds / 1e6;
}

function tasksOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}
