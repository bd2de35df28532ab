import { readdirSync, readFileSync } from "node:fs";

/** Share of the time between two looks from which on somebody computes; idle programs look around now and then. */
const share = 0.2;

/**
 * Whether some processes compute, or wait for a processor to do so: told by what the kernel counts for their threads.
 * On a busy machine the engine's thinking takes long, and AWS would not have noticed.
 */
export class Activity {
  private last = { at: performance.now(), spent: 0 };

  /** @param pids processes; one that has ended counts no more */
  constructor(private readonly pids: () => readonly number[]) {}

  /** True when they did since the last time this was asked. */
  readonly isThinking = (): boolean => {
    const now = { at: performance.now(), spent: this.pids().reduce((sum, pid) => sum + spentMs(pid), 0) };
    const { at, spent } = this.last;
    this.last = now;
    return now.spent - spent > share * (now.at - at);
  };
}

/** Milliseconds that a process's threads ran or were ready to run (Linux, sched-stats: nanoseconds of each). */
function spentMs(pid: number): number {
  return threads(pid).reduce((sum, thread) => {
    const [ran = 0, waited = 0] = quietly(() => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8"), "")
      .split(" ")
      .map(Number);
    return sum + (ran + waited) / 1e6;
  }, 0);
}

function threads(pid: number): string[] {
  return quietly(() => readdirSync(`/proc/${pid}/task`), []);
}

/** What ends while it is looked at counts as nothing. */
function quietly<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
