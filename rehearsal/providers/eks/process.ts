import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

/** The stand-in, as a process that serves. */
export interface EksProvider {
  /** For PULUMI_DEBUG_PROVIDERS. */
  readonly port: number;
  /** Ends the process; resolves when it is gone. */
  close(): Promise<void>;
}

/** How long the process gets to end by itself. */
const graceMs = 2_000;

/**
 * Starts the eks stand-in and waits until it serves. It ends with this process, however that ends.
 * @param env environment of the stand-in; AWS_PROFILE in it goes into the kubeconfig that the engine uses
 * @throws Error with what the process said when it ends before it serves
 */
export async function startEksProvider(env: NodeJS.ProcessEnv): Promise<EksProvider> {
  const loader = pathToFileURL(require.resolve("tsx")).href;
  const child = spawn(process.execPath, ["--import", loader, join(__dirname, "main.ts")], {
    env,
    // Over the channel the child sees when this process is gone.
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const close = () => end(child);
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    said = (said + chunk).slice(-8_000);
  });
  try {
    return { port: await announcedPort(child, () => said), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function announcedPort(child: ChildProcess, said: () => string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) =>
      reject(new Error(`the eks provider ended with ${signal ?? code} before it served: ${said().trim()}`)),
    );
    if (child.stdout) createInterface(child.stdout).once("line", (line) => resolve(Number(line)));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  const force = setTimeout(() => child.kill("SIGKILL"), graceMs);
  await gone;
  clearTimeout(force);
}
