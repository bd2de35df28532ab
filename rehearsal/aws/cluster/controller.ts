import { AsyncLocalStorage } from "node:async_hooks";
import { isKubeError } from "./kube";

/**
 * Looks again and again and puts right what it finds, until it is stopped.
 *
 * It polls: a watch would be quicker by some tens of milliseconds and has to be resumed, which a ground for minutes does
 * not repay.
 */
export abstract class Controller {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly intervalMs = 100) {}

  /** Aborted when the controller stops: its waits end on it. */
  protected get signal(): AbortSignal {
    return this.stopping.signal;
  }

  start(): void {
    this.running ??= detached(() => this.loop());
  }

  /** Resolves when the last round has ended; a defect that ended the controller is thrown here. */
  async stop(): Promise<void> {
    this.stopping.abort(new Stopped());
    await this.running;
  }

  /** One look. Refusals and vanished API servers may be thrown: the next look comes anyway. */
  protected abstract reconcile(): Promise<void>;

  private async loop(): Promise<void> {
    while (!this.signal.aborted) {
      try {
        await this.reconcile();
      } catch (error) {
        if (!passing(error)) throw error;
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(done, this.intervalMs);
        const { signal } = this;
        function done() {
          clearTimeout(timer);
          signal.removeEventListener("abort", done);
          resolve();
        }
        if (signal.aborted) done();
        else signal.addEventListener("abort", done);
      });
    }
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
