/** Whether what a preview announced is what happened. */
import type { Action, Step } from "../engine/steps";

/** A resource to which something else happened than was announced. */
export interface Surprise {
  /** Type and name. */
  readonly resource: string;
  readonly announced: Action | "nothing";
  readonly happened: Action | "nothing";
}

/**
 * What else an announcement may come to where an input was not known yet: it may turn out to be what it was. Everything
 * else must happen as announced.
 */
const fromUnknown: Readonly<Partial<Record<Action, readonly Action[]>>> = {
  update: ["same"],
  replace: ["same", "update"],
};

type Steps = ReadonlyMap<string, Step>;

/**
 * Where the two differ.
 *
 * @param ended whether the operation came to its end: if not, what it did not come to is none
 */
export function surprises(announced: Steps, happened: Steps, ended: boolean): Surprise[] {
  const urns = new Set([...announced.keys(), ...happened.keys()]);
  return [...urns].flatMap((urn) => {
    const [before, after] = [announced.get(urn), happened.get(urn)];
    if (before?.action === after?.action || (!after && !ended)) return [];
    if (before?.unknown && after && fromUnknown[before.action]?.includes(after.action)) return [];
    return [{ resource: named(urn), announced: before?.action ?? "nothing", happened: after?.action ?? "nothing" }];
  });
}

/** In words, for messages. */
export function surpriseText({ resource, announced, happened }: Surprise): string {
  return `${resource}: announced ${announced}, happened ${happened}`;
}

function named(urn: string): string {
  const [, , types = "", name = ""] = urn.split("::");
  return `${types.split("$").at(-1)}::${name}`;
}
