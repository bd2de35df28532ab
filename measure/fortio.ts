/** Loads by fortio in a stand-in's pod. */
import { type Caller, fortioLoad, goodCalls } from "../checks/probes/fortio";
import type { CallRun, EchoRun } from "./measurement";

/** What is called. */
export interface Called {
  readonly protocol: "http" | "grpc";
  readonly host: string;
  readonly port: number;
}

/** How it is called. */
export interface Load {
  /** Calls in a second; 0 for as many as there can be. */
  readonly rate: number;
  readonly seconds: number;
  /** Every call makes a connection of its own; HTTP only. */
  readonly anew: boolean;
}

const percentiles = [50, 90, 99, 99.9] as const;

/** Connections that are kept, and calls at once. */
const connections = 4;

/** What is sent at a time by TCP. */
const echoBytes = 65_536;

/** @throws Error with fortio's last line when it makes no call */
export async function callsOf(caller: Caller, called: Called, { rate, seconds, anew }: Load): Promise<CallRun> {
  const { protocol, host, port } = called;
  const what =
    protocol === "http" ? [`-keepalive=${!anew}`, `http://${host}:${port}/`] : ["-grpc", "-ping", `${host}:${port}`];
  // Ten microseconds: what is measured within a cluster is below fortio's usual millisecond.
  const how = ["-qps", `${rate}`, "-c", `${connections}`, "-t", `${seconds}s`, "-r", "0.00001", "-nocatchup"];
  const done = await load(caller, host, [...how, ...what], seconds);
  const [p50 = 0, p90 = 0, p99 = 0, p999 = 0] = percentiles.map((wanted) => {
    const found = done.percentiles.find(({ Percentile }) => Percentile === wanted);
    // Left out it would read as no time at all.
    if (!found) throw new Error(`${host}: fortio tells no percentile ${wanted}`);
    return rounded(found.Value * 1000);
  });
  const { calls, good, achieved } = done;
  return { p50, p90, p99, p999, failed: calls - good, calls, achieved: rounded(achieved) };
}

/** @throws Error with fortio's last line when nothing comes back */
export async function echoOf(
  caller: Caller,
  { host, port }: Pick<Called, "host" | "port">,
  { streams, seconds }: { readonly streams: number; readonly seconds: number },
): Promise<EchoRun> {
  const how = ["-qps", "0", "-c", `${streams}`, "-t", `${seconds}s`, "-payload-size", `${echoBytes}`];
  const { achieved } = await load(caller, host, [...how, `tcp://${host}:${port}`], seconds);
  return { megabytes: rounded((achieved * echoBytes) / 1e6) };
}

async function load(caller: Caller, host: string, args: readonly string[], seconds: number) {
  const how = ["-p", percentiles.join(","), "-allow-initial-errors", ...args];
  const result = await fortioLoad(caller, host, how, seconds + 30);
  const { Count = 0, Percentiles } = result.DurationHistogram ?? {};
  if (Count === 0) throw new Error(`${host}: no call was made`);
  return { achieved: result.ActualQPS, calls: Count, good: goodCalls(result), percentiles: Percentiles ?? [] };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
