/** An account's VPCs with the real network between them. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Instance } from "../../rehearsal/aws/eks/items";
import { RealNetwork } from "../../rehearsal/network/network";
import { NetworkAccount } from "../support/network-account";

const packets = join(__dirname, "packets.mjs");
const run = promisify(execFile);

/** The lab. */
export class NetworkLab extends NetworkAccount {
  readonly scratch = mkdtempSync(join(tmpdir(), "network-"));
  private readonly children: ChildProcess[] = [];
  private opened: RealNetwork | undefined;

  /** @param run short id, different for each lab that lives at the same time */
  constructor(readonly run: string) {
    super();
  }

  get network(): RealNetwork {
    if (!this.opened) throw new Error("the network is not open");
    return this.opened;
  }

  async open(apiPort: (cluster: string) => number | undefined = () => undefined): Promise<void> {
    const { account, run, scratch } = this;
    this.opened = await RealNetwork.open({ account, run, scratch, apiPort });
  }

  /** Answers on ports of an instance until the lab is closed, or the child is ended. */
  async serve(instance: Instance, ...ports: readonly number[]): Promise<ChildProcess> {
    const child = this.start(await this.netns(instance), "serve", instance.nodeName, ...ports);
    if (child.stdout) await once(child.stdout, "data");
    return child;
  }

  /** One line of what happens to packets of an instance. */
  async from(instance: Instance, ...command: readonly (string | number)[]): Promise<string> {
    return this.in(await this.netns(instance), ...command);
  }

  /** The same in any namespace. */
  async in(netns: string, ...command: readonly (string | number)[]): Promise<string> {
    const { stdout } = await run("nsenter", [
      `--net=${netns}`,
      "--",
      process.execPath,
      packets,
      ...command.map(String),
    ]);
    return stdout.trim();
  }

  /** A process in a namespace, ended with the lab. */
  start(netns: string, ...command: readonly (string | number)[]): ChildProcess {
    const args = [`--net=${netns}`, "--", process.execPath, packets, ...command.map(String)];
    const child = spawn("nsenter", args, { stdio: ["ignore", "pipe", "inherit"] });
    this.children.push(child);
    return child;
  }

  /** Waits until the network has followed the account. */
  async settled(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 600));
  }

  async close(): Promise<void> {
    for (const child of this.children) child.kill("SIGKILL");
    await this.opened?.close();
    rmSync(this.scratch, { recursive: true });
  }

  private async netns(instance: Instance): Promise<string> {
    return (await this.network.attach(instance.id)).netns;
  }
}

/** Until `look` gives what is wanted, for at most so many seconds; what it gave last. */
export async function until(
  wanted: (line: string) => boolean,
  look: () => Promise<string>,
  seconds = 20,
): Promise<string> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const line = await look();
    if (wanted(line) || performance.now() > end) return line;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
