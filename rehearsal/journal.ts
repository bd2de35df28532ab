import type { AwsClock } from "./aws/clock";
import type { Around, Verb } from "./providers/server";

/** One operation on one resource, in seconds of AWS time. */
export interface Entry {
  readonly verb: Verb;
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly start: number;
  /** Undefined while it runs. */
  end?: number;
  error?: string;
}

/** Seconds of AWS time that an operation takes besides what the emulated AWS lets it wait. */
export type ExtraLatency = (verb: Verb, type: string) => number;

/**
 * What the providers did and when, by the emulated AWS's clock. Phases (up, destroy, ...) are told apart by `begin`.
 */
export class Journal {
  private current: Entry[] = [];

  constructor(
    private readonly clock: AwsClock,
    private readonly extraLatency: ExtraLatency,
    private readonly watch: (entry: Entry) => void = () => {},
  ) {}

  /** Starts a phase; its entries are returned by reference and fill as it goes. */
  begin(): readonly Entry[] {
    this.current = [];
    return this.current;
  }

  /** To be given to every provider. */
  readonly around: Around = async (verb, op, run) => {
    const entry: Entry = { verb, urn: op.urn, type: op.type, name: op.name, start: this.clock.now() };
    this.current.push(entry);
    this.watch(entry);
    try {
      return await this.clock.work(async () => {
        const result = await run();
        await this.clock.sleep(this.extraLatency(verb, op.type));
        return result;
      });
    } catch (error) {
      entry.error = error instanceof Error ? error.message : String(error);
      throw error;
    } finally {
      entry.end = this.clock.now();
      this.watch(entry);
    }
  };
}

/** AWS minutes from the first start to the last end; 0 when nothing happened. */
export function makespanMinutes(entries: readonly Entry[]): number {
  if (entries.length === 0) return 0;
  const start = Math.min(...entries.map((entry) => entry.start));
  const end = Math.max(...entries.map((entry) => entry.end ?? entry.start));
  return (end - start) / 60;
}
