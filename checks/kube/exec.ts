/** Commands in containers, by the API server's `exec`. */
import { Writable } from "node:stream";
import { Exec, type KubeConfig, type V1Status } from "@kubernetes/client-node";
import { KubeError, noAnswer } from "./error";

/** A pod, by name. */
export interface PodRef {
  readonly namespace: string;
  readonly name: string;
}

/** What a command left behind. */
export interface ExecResult {
  readonly stdout: string;
  readonly stderr: string;
  /** 0 when it ended well. */
  readonly exitCode: number;
}

/** How a command is run. */
export interface ExecOptions {
  /** Seconds that it may take, with the way to it. Default: 30. */
  readonly timeout?: number;
}

/**
 * Runs a command in a container and waits for its end.
 *
 * @param command program and arguments; no shell looks at them
 * @throws KubeError when the API server or the kubelet refuses, when there is no answer, and when it does not end in time
 */
export async function execIn(
  config: KubeConfig,
  { namespace, name }: PodRef,
  container: string,
  command: readonly string[],
  { timeout = 30 }: ExecOptions = {},
): Promise<ExecResult> {
  const origin = new URL(config.getCurrentCluster()?.server ?? "").origin;
  const [stdout, stderr] = [new Collected(), new Collected()];
  let socket: Promise<{ close(): void }> | undefined;
  let timer: NodeJS.Timeout | undefined;
  try {
    const status = await new Promise<V1Status>((resolve, reject) => {
      const late = new KubeError(0, "Timeout", `${name}: ${command[0]} did not end within ${timeout} s`);
      timer = setTimeout(() => reject(late), timeout * 1000);
      socket = new Exec(config)
        .exec(namespace, name, container, [...command], stdout, stderr, null, false, resolve)
        .then((opened) => {
          opened.addEventListener("close", () => reject(new KubeError(0, "Closed", `${origin}: exec ended early`)));
          return opened;
        });
      socket.catch((error: unknown) => reject(refused(origin, error)));
    });
    return { stdout: stdout.text, stderr: stderr.text, exitCode: exitCodeOf(status) };
  } finally {
    clearTimeout(timer);
    // One that opens only now is not needed any more either.
    socket?.then((opened) => opened.close()).catch(() => {});
  }
}

class Collected extends Writable {
  private readonly chunks: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.chunks.push(chunk);
    done();
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString();
  }
}

/** The status that ends an exec: a command that ends badly is a failure by the reason NonZeroExitCode (apimachinery, remotecommand). */
function exitCodeOf({ status, reason = "", message = "", code = 500, details }: V1Status): number {
  if (status === "Success") return 0;
  const cause = details?.causes?.find((each) => each.reason === "ExitCode");
  if (reason === "NonZeroExitCode" && cause) return Number(cause.message);
  throw new KubeError(code, reason, message);
}

/** A web socket that could not be opened; the refusal's own text is lost to the official client. */
function refused(origin: string, error: unknown): KubeError {
  const { message = "" } = error as { readonly message?: string };
  const status = /^Unexpected server response: (\d+)$/.exec(message)?.[1];
  if (status !== undefined) return new KubeError(Number(status), "", `${origin}: exec is answered by HTTP ${status}`);
  return noAnswer(origin, (error as { readonly error?: unknown }).error ?? error);
}
