/** Loads by fortio in a stand-in's pod: it is client, HTTP server and gRPC server. */
import type { KubeProber, PodRef } from "../kube/client";

/** A pod with fortio. */
export interface Caller {
  /** The API of its cluster. */
  readonly kube: Pick<KubeProber, "exec">;
  /** Its name. */
  readonly pod: PodRef;
  /** In which fortio is. */
  readonly container: string;
}

/** What fortio writes of a load, as far as it is used (fortio, periodic.RunnerResults). Seconds. */
export interface LoadResult {
  readonly ActualQPS: number;
  readonly DurationHistogram?: {
    readonly Count: number;
    readonly Avg: number;
    readonly Percentiles?: readonly { readonly Percentile: number; readonly Value: number }[] | null;
  };
  readonly RetCodes?: Readonly<Record<string, number>>;
}

/**
 * Makes a load and waits for its end.
 *
 * @param host what is called, for errors
 * @param args how, and what
 * @param timeout seconds. Default: that of `exec`
 * @throws Error with fortio's last line when it cannot begin
 */
export async function fortioLoad(
  { kube, pod, container }: Caller,
  host: string,
  args: readonly string[],
  timeout?: number,
): Promise<LoadResult> {
  const command = ["fortio", "load", "-quiet", "-json", "-", ...args];
  const options = timeout === undefined ? {} : { timeout };
  const { stdout, stderr, exitCode } = await kube.exec(pod, container, command, options);
  const text = stdout.slice(stdout.indexOf("{"));
  if (exitCode !== 0 || !text.startsWith("{")) throw new Error(`${host}: ${lastLine(stderr || stdout)}`);
  return JSON.parse(text) as LoadResult;
}

/** Calls that were answered well, by HTTP and by gRPC. */
export function goodCalls({ RetCodes: codes = {} }: LoadResult): number {
  return (codes["200"] ?? 0) + (codes.SERVING ?? 0);
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
