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
  /** Whether it is gone for good, and its replacement in its place. Default: a moment after it was taken away. */
  readonly isGone?: () => Promise<boolean>;
  /** Takes it away. */
  readonly harm: () => Promise<unknown>;
  /** Puts it back; also when only a part of it was taken away, or nothing. */
  readonly heal: () => Promise<unknown>;
  /** Whether it is there again, as it was. Default: when calls are answered. */
  readonly isBack?: () => Promise<boolean>;
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

/** For how long it is waited until something is felt or replaced, or healed. Seconds. */
export interface Patience {
  readonly felt: number;
  readonly healed: number;
  /** For how long it stays away at least where something takes its place: the loss may be felt late. Default: 3. */
  readonly away?: number;
  /** Between two calls. Default: 0.2. */
  readonly between?: number;
}

/** A call that has ended. */
interface Call {
  readonly began: number;
  readonly ended: number;
  readonly answered: boolean;
}

/** One answer in between may be luck: of two instances one is gone. */
const answersThatCount = 5;
/**
 * Does a drill.
 *
 * @param interrupted by the user: then it ends with the signal's reason, and what was taken away is put back first
 * @throws when nothing answers before, when nobody feels it or it is not replaced, and when it does not heal
 */
export async function doDrill(
  { what, call, isReplaced = false, isGone = yes, harm, heal, isBack = yes }: Drill,
  { felt, healed, away = 3, between = 0.2 }: Patience = { felt: 120, healed: 240 },
  interrupted?: AbortSignal,
): Promise<Felt> {
  const calls: Call[] = [];
  const stop = new AbortController();
  const caller = keepCalling(call, calls, between * 1000, stop.signal);
  const until = (done: () => boolean | Promise<boolean>, seconds: number, otherwise: string) =>
    waitUntil(done, seconds, `${what}: ${otherwise}`, interrupted);
  let isHarmed = false;
  try {
    await until(() => lastAnswered(calls, 1), healed, "nothing answers before anything is taken away");
    const harmed = Date.now();
    isHarmed = true;
    await harm();
    if (isReplaced) {
      await until(isGone, felt, "it is not replaced");
      const from = Math.max(Date.now(), harmed + away * 1000);
      const later = () => calls.filter(({ began }) => began >= from);
      await until(() => lastAnswered(later(), answersThatCount), felt + away, "nothing takes its place");
    } else {
      await until(() => calls.some((each) => each.began >= harmed && !each.answered), felt, "nobody felt it");
    }
    const put = Date.now();
    await heal();
    isHarmed = false;
    await until(isBack, healed, "it did not come back");
    const since = () => calls.filter(({ began }) => began >= put);
    await until(() => lastAnswered(since(), answersThatCount), healed, "it did not heal");
    return figures(what, calls, harmed, put);
  } finally {
    stop.abort();
    // What nobody felt must not spoil the next drill, nor stay away when the user has had enough.
    if (isHarmed) await heal();
    await caller;
  }
}

const yes = async () => true;

async function keepCalling(call: Drill["call"], calls: Call[], pauseMs: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const began = Date.now();
    const answered = await call().catch(() => false);
    calls.push({ began, ended: Date.now(), answered });
    await pause(pauseMs);
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
  const again =
    failed.length > 0 ? (calls.find(({ began, answered }) => began > last && answered)?.ended ?? last) : harmed;
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

async function waitUntil(
  done: () => boolean | Promise<boolean>,
  seconds: number,
  otherwise: string,
  interrupted: AbortSignal | undefined,
): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await done())) {
    interrupted?.throwIfAborted();
    if (Date.now() >= end) throw new Error(`${otherwise} within ${seconds} s`);
    await pause(50);
  }
}
