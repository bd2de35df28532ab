import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
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
  /** Is told that the process ended by itself and serves again; or, by an error, that it could not be started again. */
  readonly onRestart: (how: string, failure?: Error) => void;
}

/** Real milliseconds for which a port is waited for. */
const patience = 5_000;

/**
 * AWS's services, as a process in the backbone. All that it knows it was told, so that another one takes its place when it
 * ends by itself.
 */
export class Services {
  private child: ChildProcess | undefined;
  private world: World | undefined;
  private wanted = true;
  private port: number | undefined;

  private constructor(private readonly args: ServicesArgs) {
    this.port = args.proxyPort;
  }

  /** @throws Error when the process ends before it serves; its log says why */
  static async start(args: ServicesArgs): Promise<Services> {
    const services = new Services(args);
    await services.launch();
    return services;
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  /** Stays the same whichever process serves: kubeconfigs name it. */
  get proxyPort(): number {
    return this.port ?? 0;
  }

  /** Tells what the world is like now. */
  update(world: World): void {
    this.world = world;
    this.tell({ type: "update", world });
  }

  /** Lets go of the process, which serves on as things are now. */
  keep(): void {
    this.wanted = false;
    const { child } = this;
    child?.send({ type: "keep" } satisfies ToServices, () => child.disconnect());
    child?.unref();
  }

  /** Ends the process. Synchronous, so that it can run while this one exits. */
  close(): void {
    this.wanted = false;
    this.child?.kill("SIGKILL");
  }

  private async launch(): Promise<void> {
    const { inBackbone, options, log } = this.args;
    // A socket stays in the network in which it was opened, whoever answers it.
    const socket = await openSocket(this.port);
    if (!this.wanted) {
      socket.close();
      return;
    }
    this.port = (socket.address() as AddressInfo).port;
    const loader = pathToFileURL(require.resolve("tsx")).href;
    const [program, ...args] = inBackbone([process.execPath, "--import", loader, join(__dirname, "main.ts")]);
    const output = openSync(log, "a");
    const child = spawn(program, args, { stdio: ["ignore", output, output, "ipc"], detached: true });
    closeSync(output);
    this.child = child;
    const ready = this.untilReady(child);
    this.tell({ type: "start", options });
    // One that ends at once gets no socket: why it ended is told below.
    await this.handOver(child, socket).catch(() => {});
    if (this.world) this.tell({ type: "update", world: this.world });
    await ready;
  }

  private untilReady(child: ChildProcess): Promise<void> {
    return new Promise((resolve, reject) => {
      let serves = false;
      child.once("error", reject);
      child.once("exit", (code, signal) => {
        const how = `AWS's services ended with ${signal ?? code}: see ${this.args.log}`;
        if (serves) this.restart(how);
        else reject(new Error(how));
      });
      child.on("message", (message: FromServices) => {
        if (message.type === "health") {
          this.args.onHealth(new Map(message.states));
          return;
        }
        serves = true;
        resolve();
      });
    });
  }

  private restart(how: string): void {
    if (!this.wanted) return;
    const { onRestart } = this.args;
    this.launch().then(
      () => this.wanted && onRestart(how),
      (error: Error) => this.wanted && onRestart(how, error),
    );
  }

  private handOver(child: ChildProcess, socket: Server): Promise<void> {
    return new Promise((resolve, reject) => {
      child.send({ type: "proxy" } satisfies ToServices, socket, (error) => {
        socket.close();
        if (error) reject(error);
        else resolve();
      });
    });
  }

  private tell(message: ToServices): void {
    // One that has ended is replaced, and the next is told.
    if (this.child?.connected) this.child.send(message, () => {});
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
