import type { Candidate } from "../facts/comparison";

/** What holds for all backends alike, and the backends without it. */
export interface Notes {
  readonly notes: readonly string[];
  readonly others: readonly Candidate[];
}

/** Takes out warnings that every backend that can be had gives: they say nothing about one of them. */
export function commonNotes(candidates: readonly Candidate[]): Notes {
  const [first = [], ...rest] = candidates.flatMap(({ facts }) => (facts ? [facts.warnings] : []));
  const notes = rest.length === 0 ? [] : first.filter((warning) => rest.every((each) => each.includes(warning)));
  return {
    notes,
    others: candidates.map((candidate) =>
      candidate.facts
        ? {
            ...candidate,
            facts: { ...candidate.facts, warnings: candidate.facts.warnings.filter((each) => !notes.includes(each)) },
          }
        : candidate,
    ),
  };
}
