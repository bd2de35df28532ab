/** A mistake in a component's arguments. */
export interface ArgumentMistake {
  readonly when: boolean;
  /** What is wrong, in one sentence. */
  readonly reason: string;
}

/**
 * Refuses arguments which this stand-in would silently drop, so that nobody takes them for honoured.
 * @param what the component or option group that the arguments belong to
 * @throws Error naming each of them
 */
export function refuseOthers(what: string, args: object, known: readonly string[]): void {
  const given = Object.entries(args).filter(([name, value]) => value !== undefined && !known.includes(name));
  const names = given.map(([name]) => name);
  refuse([{ when: names.length > 0, reason: `the rehearsal's ${what} does not support ${names.join(", ")}` }]);
}

/**
 * @throws Error with the reasons. A plain one: an InputPropertiesError makes engine 3.250 cut the program off, and its
 *   stack trace is shown beside the reasons
 */
export function refuse(mistakes: readonly ArgumentMistake[]): void {
  const reasons = mistakes.filter(({ when }) => when).map(({ reason }) => reason);
  if (reasons.length > 0) throw new Error(reasons.join("; "));
}
