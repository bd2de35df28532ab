/** Redis across clusters: GETs by the exported name, and how far the copy is behind. */
import type { KubeProber, PodRef } from "../checks/kube/client";
import type { RedisRun } from "./measurement";

/** A Redis in a pod of the demo. */
export interface Redis {
  readonly kube: KubeProber;
  readonly pod: PodRef;
}

const container = "server";
const key = "lab-measure";
const requests = 2_000;
const writes = 20;

/**
 * One run.
 *
 * @param host under which the copy finds the primary
 * @throws Error with what the client says when it gets no answer
 */
export async function redisRun(copy: Redis, primary: Redis, host: string): Promise<RedisRun> {
  const { requests, p50, p99 } = await getsOf(copy, host);
  return { requests, p50, p99, lag: await lagOf(primary) };
}

async function getsOf(copy: Redis, host: string): Promise<Omit<RedisRun, "lag">> {
  // The client takes the password from its arguments alone: those are read in the pod only, by whoever has it anyway.
  const benchmark = `redis-benchmark -h ${host} -a "$REDISCLI_AUTH" -n ${requests} -c 10 --csv GET ${key}`;
  const { stdout, stderr } = await copy.kube.exec(copy.pod, container, ["sh", "-c", benchmark], { timeout: 60 });
  const cells = stdout.trim().split("\n").at(-1)?.split('","') ?? [];
  const [, rps, , , p50, , p99] = cells.map((cell) => Number(cell.replaceAll('"', "")));
  if (rps === undefined || p50 === undefined || p99 === undefined || Number.isNaN(rps)) {
    throw new Error(`redis-benchmark: ${(stderr || stdout).trim().split("\n").at(-1)}`);
  }
  return { requests: Math.round(rps), p50, p99 };
}

/** By the primary's clock: before a write, and when the copy has confirmed it. The middle of several. */
async function lagOf(primary: Redis): Promise<number> {
  const once = `TIME\\nSET ${key} value EX 60\\nWAIT 1 5000\\nTIME\\n`;
  const script = `printf '${once.repeat(writes)}' | redis-cli`;
  const { stdout } = await primary.kube.exec(primary.pod, container, ["sh", "-c", script], { timeout: 60 });
  const lines = stdout.trim().split("\n");
  const lags = Array.from({ length: writes }, (_, write) =>
    lagIn(lines.slice(write * linesOfOne, (write + 1) * linesOfOne)),
  );
  return lags.toSorted((a, b) => a - b)[Math.floor(writes / 2)] ?? 0;
}

/** Seconds and microseconds, the write's answer, how many copies confirmed, and the time again. */
const linesOfOne = 6;

/** @throws Error when no copy confirmed the write */
function lagIn(lines: readonly string[]): number {
  const [seconds, micros, set, copies, endSeconds, endMicros] = lines;
  if (set !== "OK" || !(Number(copies) >= 1)) throw new Error(`no copy confirmed a write: ${lines.join(" ")}`);
  return (Number(endSeconds) - Number(seconds)) * 1000 + (Number(endMicros) - Number(micros)) / 1000;
}
