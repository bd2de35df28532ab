import type { JournalEntry, Verb } from "../base/operations";

/** One operation of a phase, in seconds of AWS time from the phase's first. */
export interface Operation {
  readonly verb: Verb;
  readonly type: string;
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** Whether it is on the chain that sets the lower bound. */
  readonly critical: boolean;
  readonly failed: boolean;
}

/** What a phase did, by start. */
export type Timeline = readonly Operation[];

/** The timelines there are so far. They are kept beside the result: `--json` is for figures, not for every operation. */
export interface Timelines {
  up?: Timeline;
  destroy?: Timeline;
}

/**
 * @param journal the phase's entries
 * @param critical URNs of the critical path
 * @param verb what the phase does to the resources on it
 */
export function timelineOf(journal: readonly JournalEntry[], critical: readonly string[], verb: Verb): Timeline {
  const first = Math.min(...journal.map(({ start }) => start));
  const path = new Set(critical);
  return journal
    .map(
      (entry): Operation => ({
        verb: entry.verb,
        type: entry.type,
        name: entry.name,
        start: entry.start - first,
        // What never ended was cut off with its phase, when the last of the others did.
        end: (entry.end ?? Math.max(...journal.map(({ start, end = start }) => end))) - first,
        critical: entry.verb === verb && path.has(entry.urn),
        failed: entry.error !== undefined,
      }),
    )
    .sort((a, b) => a.start - b.start || a.end - b.end);
}

/** AWS minutes from the first start to the last end; 0 when nothing happened. */
export function makespanMinutes(entries: readonly JournalEntry[]): number {
  if (entries.length === 0) return 0;
  const start = Math.min(...entries.map((entry) => entry.start));
  const end = Math.max(...entries.map((entry) => entry.end ?? entry.start));
  return (end - start) / 60;
}
