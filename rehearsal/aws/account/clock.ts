import { AsyncLocalStorage } from "node:async_hooks";

/** One piece of work: whether it holds the clock now, and how many of its parts wait for time to pass. */
interface Hold {
  waits: number;
  holding: boolean;
}

/** Real milliseconds between two looks at whether the engine thinks, while the clock runs. */
const lookMs = 20;

/** Real milliseconds after which even the clock does not wait any longer for the engine. */
const longestThoughtMs = 30_000;

/**
 * The clock by which the emulated AWS keeps time.
 *
 * AWS time runs `speed` times faster than life, but only while everybody waits: as long as this machine does real work
 * (renders a chart, writes to an API server, lets the engine think), the clock stands still. So the minutes it shows are
 * those of AWS and not those of a busy laptop, and two clusters built side by side do not slow each other down.
 */
export class AwsClock {
  private readonly holds = new AsyncLocalStorage<Hold>();
  private elapsedMs = 0;
  private resumedAt: number | undefined;
  private busy = 0;
  private lastEvent = 0;
  private sleepers: { readonly due: number; readonly wake: () => void }[] = [];
  private timer: NodeJS.Timeout | undefined;
  private thinkingSince: number | undefined;

  /**
   * @param speed how many AWS seconds pass in one real second of waiting
   * @param graceMs real milliseconds of silence after the last event before the clock runs again: the engine needs a
   *   moment between the end of one operation and the start of the next, and AWS does not
   * @param thinks whether the engine has been at work since the last look. Default: nobody can say, and the grace period
   *   has to do
   */
  constructor(
    readonly speed: number,
    private readonly graceMs = 40,
    private readonly thinks?: () => boolean,
  ) {}

  /** AWS seconds since the clock was made. */
  now(): number {
    const running = this.resumedAt === undefined ? 0 : (performance.now() - this.resumedAt) * this.speed;
    return (this.elapsedMs + running) / 1000;
  }

  /**
   * Resolves when `seconds` of AWS time have passed; rejects with the signal's reason when that is aborted first. Work
   * that sleeps does not hold the clock.
   */
  sleep(seconds: number, signal?: AbortSignal): Promise<void> {
    if (seconds <= 0) return Promise.resolve();
    return this.wait(
      () =>
        new Promise((resolve, reject) => {
          signal?.throwIfAborted();
          const stop = () => {
            this.sleepers = this.sleepers.filter((other) => other !== sleeper);
            // A timer that nobody waits for must not keep the process alive.
            this.touch();
            reject(signal?.reason);
          };
          const wake = () => {
            signal?.removeEventListener("abort", stop);
            resolve();
          };
          const sleeper = { due: this.now() + seconds, wake };
          signal?.addEventListener("abort", stop, { once: true });
          this.sleepers.push(sleeper);
          this.touch();
        }),
    );
  }

  /**
   * Runs `task` while the clock stands still. After `capMs` of real time the clock goes on all the same, so that work
   * which secretly waits for AWS (a chart that waits for its own load balancer) ends instead of waiting for itself.
   */
  async work<T>(task: () => Promise<T>, capMs = 30_000): Promise<T> {
    const hold: Hold = { waits: 0, holding: false };
    this.hold(hold);
    const cap = setTimeout(() => {
      this.release(hold);
      hold.waits = Number.POSITIVE_INFINITY;
    }, capMs);
    try {
      return await this.holds.run(hold, task);
    } finally {
      clearTimeout(cap);
      this.release(hold);
    }
  }

  /** Runs `task`, which waits for something that only passing time brings, without holding the clock. */
  async wait<T>(task: () => Promise<T>): Promise<T> {
    const hold = this.holds.getStore();
    if (!hold) return task();
    if (hold.waits++ === 0) this.release(hold);
    try {
      return await task();
    } finally {
      if (--hold.waits === 0) this.hold(hold);
    }
  }

  private hold(hold: Hold): void {
    if (!hold.holding) this.busy++;
    hold.holding = true;
    this.touch();
  }

  private release(hold: Hold): void {
    if (hold.holding) this.busy--;
    hold.holding = false;
    this.touch();
  }

  /** Notes that something happened: the clock pauses for the grace period and then runs if nobody works or thinks. */
  private touch(): void {
    this.pause();
    this.lastEvent = performance.now();
    this.schedule();
  }

  private pause(): void {
    if (this.resumedAt !== undefined) this.elapsedMs += (performance.now() - this.resumedAt) * this.speed;
    this.resumedAt = undefined;
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private schedule(): void {
    if (this.busy > 0 || this.sleepers.length === 0) return;
    const quiet = performance.now() - this.lastEvent;
    if (this.resumedAt === undefined && quiet < this.graceMs) {
      this.timer = setTimeout(() => this.schedule(), this.graceMs - quiet);
      return;
    }
    if (this.held()) {
      this.pause();
      this.lastEvent = performance.now();
      this.timer = setTimeout(() => this.schedule(), this.graceMs);
      return;
    }
    this.resumedAt ??= performance.now();
    const next = Math.min(...this.sleepers.map((sleeper) => sleeper.due));
    const pause = Math.max(0, ((next - this.now()) * 1000) / this.speed);
    this.timer = setTimeout(() => this.wakeDue(), this.thinks ? Math.min(pause, lookMs) : pause);
  }

  /** Whether the engine thinks, and has not done so for too long. */
  private held(): boolean {
    if (!this.thinks?.()) {
      this.thinkingSince = undefined;
      return false;
    }
    this.thinkingSince ??= performance.now();
    return performance.now() - this.thinkingSince < longestThoughtMs;
  }

  private wakeDue(): void {
    const now = this.now() + 1e-6;
    const due = this.sleepers.filter((sleeper) => sleeper.due <= now).sort((a, b) => a.due - b.due);
    this.sleepers = this.sleepers.filter((sleeper) => sleeper.due > now);
    for (const sleeper of due) sleeper.wake();
    if (due.length > 0) this.touch();
    else this.schedule();
  }
}
