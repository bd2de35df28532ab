import type { Measured } from "./measurement";

/** Runs of many cells in an order by chance, so that what the machine does meanwhile strikes none of them alone. */
export class Runs {
  private readonly planned: { readonly what: string; readonly run: () => Promise<void> }[] = [];
  private readonly missed = new Set<string>();

  /**
   * @param number of each cell
   * @param random from 0 to 1
   */
  constructor(
    private readonly number: number,
    private readonly random: () => number = Math.random,
  ) {}

  /** What could not be measured. */
  get missing(): string[] {
    return [...this.missed];
  }

  /** Notes what cannot be measured. */
  miss(what: string): void {
    this.missed.add(what);
  }

  /** Plans the runs of a cell; they are filled in by `all`. */
  plan<Cell, Run>(cell: Cell, what: string, once: () => Promise<Run>): Measured<Cell, Run> {
    const runs: Run[] = [];
    for (let index = 0; index < this.number; index++) {
      this.planned.push({ what, run: async () => void runs.push(await once()) });
    }
    return { cell, runs };
  }

  /** Makes them all, one after the other. */
  async all(tell: (line: string) => void): Promise<void> {
    const order = this.shuffled();
    for (const [index, { what, run }] of order.entries()) {
      if (index % 10 === 0) tell(`${index} of ${order.length} runs`);
      await this.attempt(what, run);
    }
  }

  /** Runs of what is no cell among others, at once. */
  async inOrder<Run>(what: string, once: () => Promise<Run>): Promise<Run[]> {
    const runs: Run[] = [];
    for (let index = 0; index < this.number; index++) {
      await this.attempt(what, async () => void runs.push(await once()));
    }
    return runs;
  }

  private async attempt(what: string, run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.miss(`${what}: ${error instanceof Error ? error.message : error}`);
    }
  }

  /** Fisher and Yates. */
  private shuffled() {
    const order = [...this.planned];
    for (let last = order.length - 1; last > 0; last--) {
      const other = Math.floor(this.random() * (last + 1));
      [order[last], order[other]] = [order[other], order[last]] as [(typeof order)[0], (typeof order)[0]];
    }
    return order;
  }
}
