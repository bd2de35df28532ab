/**
 * The steps in which the lab's root is rotated. Roots have numbers. `1` is the root alone; `1+2`: root 1 issues, and both are
 * trusted; `2+1`: root 2 issues, and both are trusted; `2`: root 1 is gone.
 *
 * From each step to the next, and while some clusters are at the one and some at the other, what is shown is trusted: a root
 * is trusted by all before one of them issues by it, and by all until none of them does.
 */

/** On pods that start anew with other roots: which they are. */
export const rootsAnnotation = "multicluster-lab/root";

/** Roots of a step. */
export interface Roots {
  /** Number of the root under which certificates are issued. */
  readonly issuing: number;
  /** Numbers of all that are trusted, the issuing one first. */
  readonly trusted: readonly number[];
}

/** One digit: of roots that last ten years nobody needs more. */
const lastRoot = 9;

/** Every step, in the order in which they are gone through. */
export const rotationSteps: readonly string[] = Array.from({ length: lastRoot }, (_, index) => {
  const root = index + 1;
  return root === lastRoot ? [`${root}`] : [`${root}`, `${root}+${root + 1}`, `${root + 1}+${root}`];
}).flat();

/** The roots of a step. */
export function rootsOf(step: string): Roots {
  const [issuing = 1, ...others] = step.split("+").map(Number);
  return { issuing, trusted: [issuing, ...others] };
}

/** The step after this one; undefined after the last. */
export function stepAfter(step: string): string | undefined {
  return rotationSteps[rotationSteps.indexOf(step) + 1];
}

/** The step to which the way back leads; undefined where there is none, because the root before is gone. */
export function stepBack(step: string): string | undefined {
  return rootsOf(step).trusted.length > 1 ? rotationSteps[rotationSteps.indexOf(step) - 1] : undefined;
}

/** The steps from this one on until one root is trusted alone again. */
export function stepsOfRotation(step: string): string[] {
  const next = stepAfter(step);
  if (next === undefined) return [];
  return rootsOf(next).trusted.length > 1 ? [next, ...stepsOfRotation(next)] : [next];
}

/** Where the lab is and what comes next, for people. */
export function stepText(step: string): string {
  const { issuing, trusted } = rootsOf(step);
  const [next, back] = [stepAfter(step), stepBack(step)];
  return [
    `${step}: root ${issuing} issues, ${trusted.toSorted().join(" and ")} ${trusted.length > 1 ? "are" : "is"} trusted`,
    ...(next ? [`next ${next}`] : []),
    ...(back ? [`back ${back}`] : []),
  ].join("; ");
}
