import { setTimeout as pause } from "node:timers/promises";

/** Something that is taken away while somebody keeps calling, and put back. */
export interface Drill {
  /** What is taken away. */
  readonly what: string;
  /** One call on a new connection: whether it was answered. It must end by itself. */
  readonly call: () => Promise<boolean>;
  /**
   * Whether calls are answered again while it is away, since something else takes its place; it may then be that nobody feels
   * its loss. Default: they are not, and somebody must.
   */
  readonly isReplaced?: boolean;
  /** Takes it away. */
  readonly harm: () => Promise<unknown>;
  /** Puts it back. */
  readonly heal: () => Promise<unknown>;
}

/** What a caller felt of it; seconds of real time. */
export interface Felt {
  readonly what: string;
  /** From the harm to the first call that failed. */
  readonly feltAfter: number;
  /** From what was put back to the first of the calls that were answered again. */
  readonly healedAfter: number;
  /** From the first call that failed to the first that was answered again. */
  readonly cutOff: number;
  /** Calls that failed, of all. */
  readonly failed: number;
  readonly calls: number;
}

/** For how long it is waited until something is felt, or healed. Seconds. */
export interface Patience {
  readonly felt: number;
  readonly healed: number;
}

/** A call that has ended. */
interface Call {
  readonly began: number;
  readonly ended: number;
  readonly answered: boolean;
}

/** One answer in between may be luck: of two instances one is gone. */
const answersThatCount = 5;
const betweenCallsMs = 200;
/** Calls right after the harm may be answered by what is not gone yet. */
const timeToFeelMs = 3_000;

/**
 * Does a drill.
 *
 * @throws when nothing answers before, when nobody feels it or it is not replaced, and when it does not heal
 */
export async function doDrill(
  { what, call, isReplaced = false, harm, heal }: Drill,
  { felt, healed }: Patience = { felt: 120, healed: 240 },
): Promise<Felt> {
  const calls: Call[] = [];
  const stop = new AbortController();
  const caller = keepCalling(call, calls, stop.signal);
  let isHarmed = false;
  try {
    await until(() => lastAnswered(calls, 1), healed, `${what}: nothing answers before anything is taken away`);
    const harmed = Date.now();
    isHarmed = true;
    await harm();
    if (isReplaced) {
      const later = () => calls.filter(({ began }) => began >= harmed + timeToFeelMs);
      await until(() => lastAnswered(later(), answersThatCount), felt, `${what}: nothing takes its place`);
    } else {
      await until(() => calls.some((each) => each.began >= harmed && !each.answered), felt, `${what}: nobody felt it`);
    }
    const put = Date.now();
    isHarmed = false;
    await heal();
    const since = () => calls.filter(({ began }) => began >= put);
    await until(() => lastAnswered(since(), answersThatCount), healed, `${what}: it did not heal`);
    return figures(what, calls, harmed, put);
  } finally {
    stop.abort();
    await caller;
    // What nobody felt must not spoil the next drill.
    if (isHarmed) await heal();
  }
}

async function keepCalling(call: Drill["call"], calls: Call[], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const began = Date.now();
    const answered = await call().catch(() => false);
    calls.push({ began, ended: Date.now(), answered });
    await pause(betweenCallsMs);
  }
}

function lastAnswered(calls: readonly Call[], count: number): boolean {
  const last = calls.slice(-count);
  return last.length === count && last.every(({ answered }) => answered);
}

function figures(what: string, calls: readonly Call[], harmed: number, put: number): Felt {
  const failed = calls.filter(({ began, answered }) => began >= harmed && !answered);
  const first = failed[0]?.began ?? harmed;
  const last = failed.at(-1)?.began ?? first;
  const again = calls.find(({ began, answered }) => began > last && answered)?.ended ?? last;
  const seconds = (from: number, to: number) => Math.max(0, Math.round((to - from) / 100) / 10);
  return {
    what,
    feltAfter: seconds(harmed, first),
    healedAfter: seconds(put, again),
    cutOff: seconds(first, again),
    failed: failed.length,
    calls: calls.length,
  };
}

async function until(done: () => boolean, seconds: number, otherwise: string): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!done()) {
    if (Date.now() >= end) throw new Error(`${otherwise} within ${seconds} s`);
    await pause(50);
  }
}

/** For a terminal: nothing of it is asserted. */
export function feltTable(all: readonly Felt[]): string {
  const width = Math.max(...all.map(({ what }) => what.length), 0);
  return all
    .map(
      ({ what, feltAfter, healedAfter, cutOff, failed, calls }) =>
        `    ${what.padEnd(width)}  ${failed > 0 ? `felt after ${feltAfter} s` : "felt by nobody"}, healed after ${healedAfter} s, ` +
        `cut off for ${cutOff} s; ${failed} of ${calls} calls failed`,
    )
    .join("\n");
}
