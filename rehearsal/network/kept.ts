/** What a rehearsal leaves on disk for the process that goes on with it (`--keep`, then `--down`). */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { claimRun, isAlive } from "../base/run-registry";
import type { KernelState } from "./kernel/state";
import type { TlsIdentity } from "./services/messages";

/** A network that nobody attends to. */
export interface KeptNetwork {
  readonly kernel: KernelState;
  /** Ids of the instances that have a namespace. */
  readonly attached: readonly string[];
  readonly proxyPort: number;
  readonly identity: TlsIdentity;
  /** Of the services, which go on. */
  readonly servicesPid: number;
}

/** From now on the rehearsal lives as long as its services do. */
export function keepNetwork(scratch: string, run: string, kept: KeptNetwork): void {
  // It holds a private key.
  writeFileSync(fileIn(scratch), JSON.stringify(kept), { mode: 0o600 });
  claimRun(run, kept.servicesPid, scratch);
}

/**
 * Takes over what an earlier process kept, whose services end; undefined when there is nothing.
 *
 * @param run short id of the rehearsal
 */
export async function takeOver(scratch: string, run: string): Promise<KeptNetwork | undefined> {
  const file = fileIn(scratch);
  if (!existsSync(file)) return undefined;
  const kept = JSON.parse(readFileSync(file, "utf8")) as KeptNetwork;
  rmSync(file);
  // After the machine started anew there is nothing of it.
  if (!isAlive(run)) return undefined;
  process.kill(kept.servicesPid, "SIGKILL");
  while (isAlive(run)) await new Promise((resolve) => setTimeout(resolve, 10));
  return kept;
}

function fileIn(scratch: string): string {
  return join(scratch, "network.json");
}
