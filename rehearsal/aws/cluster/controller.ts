import { AsyncLocalStorage } from "node:async_hooks";
import { isKubeError, type Kube } from "./kube";

/** What a controller reacts to: changes of these kinds, by their API version and name. */
export interface Watched {
  readonly kube: Pick<Kube, "watch">;
  readonly kinds: readonly (readonly [apiVersion: string, kind: string])[];
  /**
   * Milliseconds after which it looks all the same: a watch misses what happens while it is not connected, and in other
   * clusters. Default: 2,000.
   */
  readonly resyncMs?: number;
}

/** Changes come in groups: one look answers those that come within this. */
const settleMs = 20;

/**
 * Looks again and again and puts right what it finds, until it is stopped: when something changed of which it is told, and
 * otherwise from time to time.
 */
export abstract class Controller {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private told = false;
  private wake = () => {};

  /**
   * @param when milliseconds between two looks, or what it is told of, so that it need not look often: many that do are half of
   *   what a rehearsal costs
   */
  constructor(private readonly when: number | Watched = 100) {}

  /** Aborted when the controller stops: its waits end on it. */
  protected get signal(): AbortSignal {
    return this.stopping.signal;
  }

  start(): void {
    this.running ??= detached(() => Promise.all([...this.watches(), this.loop()]).then(() => {}));
  }

  /** Resolves when the last round has ended; a defect that ended the controller is thrown here. */
  async stop(): Promise<void> {
    this.stopping.abort(new Stopped());
    await this.running;
  }

  /** One look. Refusals and vanished API servers may be thrown: the next look comes anyway. */
  protected abstract reconcile(): Promise<void>;

  private watches(): Promise<void>[] {
    if (typeof this.when === "number") return [];
    const { kube, kinds } = this.when;
    const changed = () => {
      this.told = true;
      this.wake();
    };
    return kinds.map(([apiVersion, kind]) => kube.watch(apiVersion, kind, changed, this.signal));
  }

  private async loop(): Promise<void> {
    while (!this.signal.aborted) {
      this.told = false;
      try {
        await this.reconcile();
      } catch (error) {
        if (!passing(error)) throw error;
      }
      await this.pause();
    }
  }

  private async pause(): Promise<void> {
    if (typeof this.when === "number") return this.wait(this.when);
    if (!this.told) await this.wait(this.when.resyncMs ?? 2_000);
    if (this.told) await this.wait(settleMs);
  }

  /** Ends early when it is told of a change, or stopped. */
  private wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const { signal } = this;
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        this.wake = () => {};
        resolve();
      };
      const timer = setTimeout(done, ms);
      // While it settles, changes only add to those that are there.
      if (!this.told) this.wake = done;
      if (signal.aborted) done();
      else signal.addEventListener("abort", done);
    });
  }
}

/** Why a wait of a controller ended early. */
class Stopped extends Error {
  constructor() {
    super("the controller was stopped");
  }
}

/** Whether an error is of the kind that goes away: a conflict, an object that is gone, an API server that is. */
export function passing(error: unknown): boolean {
  if (isKubeError(error) || error instanceof Stopped) return true;
  return error instanceof Error && "code" in error && ["ECONNRESET", "EPIPE", "ECONNREFUSED"].includes(`${error.code}`);
}

/**
 * Runs `task` outside of the asynchronous context of its caller. A controller is started in the course of an operation
 * that holds the clock, and must not go on holding it.
 */
export const detached: <T>(task: () => T) => T = AsyncLocalStorage.snapshot();
