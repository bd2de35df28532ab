import { distance } from "fastest-levenshtein";

/** One thing wrong in the configuration: where, what, what would be right, and what to do about it. */
export interface ConfigMistake {
  /** Configuration key as the user writes it, e.g. `clusters[0].vpcCidr`. */
  readonly key: string;
  /** What was given, as text; undefined when nothing was. */
  readonly given?: string;
  /** What is wrong with it. */
  readonly problem: string;
  /** What to do. */
  readonly fix: string;
}

/**
 * Every mistake of a configuration in one message. It is the user's to mend, so it is shown without a stack trace.
 */
export class ConfigError extends Error {
  constructor(
    /** All of them, in the order of the message. */
    readonly mistakes: readonly ConfigMistake[],
    where: string,
  ) {
    super(render(mistakes, where));
    this.name = "ConfigError";
  }
}

function render(mistakes: readonly ConfigMistake[], where: string): string {
  const count = mistakes.length === 1 ? "1 mistake" : `${mistakes.length} mistakes`;
  const lines = mistakes.map(({ key, given, problem, fix }) =>
    [`  ${key}: ${problem}${given === undefined ? "" : ` (given: ${cut(given)})`}`, `    ${fix}`].join("\n"),
  );
  return [`the configuration of ${where} has ${count}; nothing was built.`, ...lines].join("\n");
}

/** What fits a line; a person knows the rest. */
function cut(given: string): string {
  const most = 100;
  const line = given.replace(/\s+/g, " ");
  return line.length > most ? `${line.slice(0, most)}... (${given.length} characters)` : line;
}

/** The allowed word that `given` was probably meant to be: at most two letters off. */
export function didYouMean(given: string, allowed: readonly string[]): string | undefined {
  const ranked = allowed.map((word) => ({ word, off: distance(given.toLowerCase(), word.toLowerCase()) }));
  return ranked.filter(({ off }) => off <= 2).sort((a, b) => a.off - b.off)[0]?.word;
}
