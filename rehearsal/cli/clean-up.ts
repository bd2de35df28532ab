import { rmSync } from "node:fs";
import { endProcessesBelow } from "../base/processes";
import type { Ground } from "../ground/ground";
import { forgetKeptLab } from "./kept-lab";

/** Leaves nothing behind, however this process ends. */
export class CleanUp {
  private ground: Ground | undefined;
  private cancelled = false;
  private readonly atExit = () => this.now();
  private readonly onSignal = (signal: NodeJS.Signals) => {
    process.stderr.write("\nending; nothing is left running\n");
    process.exit(signal === "SIGINT" ? 130 : 143);
  };

  /** @param scratch folder that goes, with all that works below it */
  constructor(private readonly scratch: string) {
    process.on("exit", this.atExit);
    process.on("SIGINT", this.onSignal);
    process.on("SIGTERM", this.onSignal);
  }

  /** To be closed first. */
  add(ground: Ground): void {
    this.ground = ground;
  }

  /** Unless it was cancelled. */
  async run(): Promise<void> {
    if (this.cancelled) return;
    await this.ground?.close();
    this.ground = undefined;
    this.now();
    this.cancel();
  }

  /** From now on everything stays. */
  cancel(): void {
    this.cancelled = true;
    process.off("exit", this.atExit);
    process.off("SIGINT", this.onSignal);
    process.off("SIGTERM", this.onSignal);
  }

  private now(): void {
    this.ground?.closeNow();
    endProcessesBelow(this.scratch);
    rmSync(this.scratch, { recursive: true, force: true, maxRetries: 3 });
    forgetKeptLab(this.scratch);
  }
}
