/** Loads by fortio in a stand-in's pod. */
import type { KubeProber, PodRef } from "../checks/kube/client";
import type { CallRun, EchoRun } from "./measurement";

/** A pod with fortio. */
export interface Caller {
  readonly kube: KubeProber;
  readonly pod: PodRef;
  readonly container: string;
}

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

/** What fortio writes of a load, as far as it is used (fortio, periodic.RunnerResults). Seconds. */
interface LoadResult {
  readonly ActualQPS: number;
  readonly DurationHistogram: {
    readonly Count: number;
    readonly Percentiles?: readonly { readonly Percentile: number; readonly Value: number }[] | null;
  };
  readonly RetCodes?: Readonly<Record<string, number>>;
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
  const { ActualQPS, DurationHistogram, RetCodes = {} } = await load(caller, [...how, ...what], seconds);
  const calls = DurationHistogram.Count;
  const good = (RetCodes["200"] ?? 0) + (RetCodes.SERVING ?? 0);
  const [p50 = 0, p90 = 0, p99 = 0, p999 = 0] = percentiles.map((wanted) => {
    const found = DurationHistogram.Percentiles?.find(({ Percentile }) => Percentile === wanted);
    return rounded((found?.Value ?? 0) * 1000);
  });
  return { p50, p90, p99, p999, failed: calls - good, calls, achieved: rounded(ActualQPS) };
}

/** @throws Error with fortio's last line when nothing comes back */
export async function echoOf(
  caller: Caller,
  { host, port }: Pick<Called, "host" | "port">,
  { streams, seconds }: { readonly streams: number; readonly seconds: number },
): Promise<EchoRun> {
  const how = ["-qps", "0", "-c", `${streams}`, "-t", `${seconds}s`, "-payload-size", `${echoBytes}`];
  const { ActualQPS } = await load(caller, [...how, `tcp://${host}:${port}`], seconds);
  return { megabytes: rounded((ActualQPS * echoBytes) / 1e6) };
}

async function load({ kube, pod, container }: Caller, args: readonly string[], seconds: number): Promise<LoadResult> {
  const command = [
    "fortio",
    "load",
    "-quiet",
    "-json",
    "-",
    "-p",
    percentiles.join(","),
    "-allow-initial-errors",
    ...args,
  ];
  const { stdout, stderr, exitCode } = await kube.exec(pod, container, command, { timeout: seconds + 30 });
  const text = stdout.slice(stdout.indexOf("{"));
  if (exitCode !== 0 || !text.startsWith("{")) throw new Error(lastLine(stderr || stdout));
  const result = JSON.parse(text) as LoadResult;
  if (result.DurationHistogram.Count === 0) throw new Error("no call was made");
  return result;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
