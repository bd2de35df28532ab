import { type ChildProcess, spawn } from "node:child_process";
import { openSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { TargetState } from "../plan/desired";
import type { FromServices, ServicesOptions, ToServices, World } from "./messages";

/** What the process is started with. */
export interface ServicesArgs {
  /** Command line that runs a program in the backbone. */
  readonly inBackbone: (command: readonly string[]) => [string, ...string[]];
  readonly options: ServicesOptions;
  /** Port of the proxy on this machine's loopback. Default: one that is free */
  readonly proxyPort: number | undefined;
  /** File for what the process writes. */
  readonly log: string;
  /** Is told what load balancers think of their targets. */
  readonly onHealth: (states: ReadonlyMap<string, TargetState>) => void;
}

/** Real milliseconds for which a port is waited for. */
const patience = 5_000;

/** AWS's services, as a process in the backbone. */
export class Services {
  private constructor(
    private readonly child: ChildProcess,
    readonly proxyPort: number,
  ) {}

  /** @throws Error when the process ends before it serves; its log says why */
  static async start({ inBackbone, options, proxyPort, log, onHealth }: ServicesArgs): Promise<Services> {
    // A socket stays in the network in which it was opened, whoever answers it.
    const socket = await openSocket(proxyPort);
    const loader = pathToFileURL(require.resolve("tsx")).href;
    const [program, ...args] = inBackbone([process.execPath, "--import", loader, join(__dirname, "main.ts")]);
    const output = openSync(log, "a");
    const child = spawn(program, args, { stdio: ["ignore", output, output, "ipc"], detached: true });
    const ready = new Promise<void>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code, signal) =>
        reject(new Error(`AWS's services ended with ${signal ?? code}: see ${log}`)),
      );
      child.on("message", (message: FromServices) => {
        if (message.type === "ready") resolve();
        else onHealth(new Map(message.states));
      });
    });
    const services = new Services(child, (socket.address() as AddressInfo).port);
    services.tell({ type: "start", options });
    await services.handOver(socket);
    await ready;
    return services;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Tells what the world is like now. */
  update(world: World): void {
    this.tell({ type: "update", world });
  }

  /** Lets go of the process, which serves on as things are now. */
  keep(): void {
    this.child.send({ type: "keep" } satisfies ToServices, () => this.child.disconnect());
    this.child.unref();
  }

  /** Ends the process. Synchronous, so that it can run while this one exits. */
  close(): void {
    this.child.removeAllListeners("exit");
    this.child.kill("SIGKILL");
  }

  private handOver(socket: Server): Promise<void> {
    return new Promise((resolve, reject) => {
      this.child.send({ type: "proxy" } satisfies ToServices, socket, (error) => {
        socket.close();
        if (error) reject(error);
        else resolve();
      });
    });
  }

  private tell(message: ToServices): void {
    // A process that is gone is seen elsewhere.
    if (this.child.connected) this.child.send(message, () => {});
  }
}

/** Where the port is one that an earlier process had, that may take a moment to be gone. */
async function openSocket(port = 0): Promise<Server> {
  const end = performance.now() + (port === 0 ? 0 : patience);
  for (;;) {
    try {
      return await listening(port);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE" || performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

function listening(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
