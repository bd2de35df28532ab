import { setTimeout as pause } from "node:timers/promises";
import type { AwsClock } from "../aws/account/clock";
import { InitFailed, type Interceptor, type JournalEntry, type ResourceRef, type Verb } from "../base/operations";

/** Seconds of AWS time that an operation takes besides what the emulated AWS lets it wait. */
export type ExtraLatency = (verb: Verb, type: string) => number;

/**
 * What the providers did and when, by the emulated AWS's clock. Phases (up, destroy, ...) are told apart by `begin`.
 */
export class Journal {
  private current: JournalEntry[] = [];
  private readonly running = new Set<JournalEntry>();
  private readonly ids = new Map<string, string>();

  constructor(
    private readonly clock: AwsClock,
    private readonly extraLatency: ExtraLatency,
    private readonly watch: (entry: JournalEntry) => void = () => {},
  ) {}

  /** Starts a phase; its entries are returned by reference and fill as it goes. */
  begin(): readonly JournalEntry[] {
    this.current = [];
    return this.current;
  }

  /** To be given to every provider. */
  readonly intercept: Interceptor = async (verb, op, run) => {
    const entry = this.begins(verb, op);
    let failure: string | undefined;
    try {
      return await this.clock.work(async () => {
        const result = await run();
        if (verb === "create") this.ids.set(op.urn, (result as { id: string }).id);
        await this.clock.sleep(this.extraLatency(verb, op.type));
        return result;
      });
    } catch (error) {
      if (verb === "create" && error instanceof InitFailed) this.ids.set(op.urn, error.id);
      failure = error instanceof Error ? error.message : String(error);
      throw error;
    } finally {
      this.ends(entry, failure);
    }
  };

  /** An operation begins, whoever does it. */
  begins(verb: Verb, { urn, type, name }: ResourceRef): JournalEntry {
    const entry: JournalEntry = { verb, urn, type, name, start: this.clock.now() };
    this.current.push(entry);
    this.running.add(entry);
    this.watch(entry);
    return entry;
  }

  /** @param error why it failed, if it did */
  ends(entry: JournalEntry, error?: string): void {
    if (error !== undefined) entry.error = error;
    entry.end = this.clock.now();
    this.running.delete(entry);
    this.watch(entry);
  }

  /** What became of the creation of a resource: the id of what it made last. */
  made(urn: string): string | undefined {
    return this.ids.get(urn);
  }

  /** Resolves when nothing is under way, e.g. after the engine's end: AWS finishes what it was asked for. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await pause(50);
  }
}
