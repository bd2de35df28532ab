import { availableParallelism } from "node:os";
import { durationText } from "../base/duration";
import type { Result } from "../run/result";
import type { SweepLab } from "./labs";

/** How a lab of a sweep ended. */
export interface Outcome {
  readonly lab: SweepLab;
  /** At `up` and `destroy` together. */
  readonly attempts: number;
  /** Seconds of real time. */
  readonly seconds: number;
  /** Empty when it passed. */
  readonly wrong: readonly string[];
}

/** The page about a sweep: what was tried, and how each lab ended. */
export function sweepPage(
  undisturbed: Result,
  outcomes: readonly Outcome[],
  {
    settings,
    seed,
    seconds,
  }: { readonly settings: readonly string[]; readonly seed: number; readonly seconds: number },
): string {
  const faults = outcomes.flatMap(({ lab }) => lab.faults);
  const count = (form: RegExp) => faults.filter((fault) => form.test(fault)).length;
  const passed = outcomes.filter(({ wrong }) => wrong.length === 0).length;
  return [
    "# The sweep",
    "",
    "Written by `npm run sweep -- --write docs/sweep.md`. Every creation of the lab fails once, and the engine is killed at",
    "random points. A lab passes when `up` comes to the resources of an undisturbed run, every check passes, another `up`",
    "changes nothing, and `destroy` leaves nothing in AWS, in Kubernetes and in the state.",
    "",
    `\`npm start -- ${settings.join(" ")}\`: ${undisturbed.resources} resources, ${undisturbed.created.length} of them created by a provider;`,
    `seed ${seed}. ${count(/^fail:/)} refusals, ${count(/^(kill|abandon):/)} kills. Two refusals may strike one attempt.`,
    `**${passed} of ${outcomes.length} labs passed**, in ${durationText(seconds)} of a machine with ${availableParallelism()} cores.`,
    "",
    "| lab | faults | attempts | time | outcome |",
    "| --- | --- | --- | --- | --- |",
    ...outcomes.map(
      ({ lab, attempts, seconds: taken, wrong }) =>
        `| ${lab.what} | ${lab.faults.length} | ${attempts} | ${durationText(taken)} | ${wrong.length === 0 ? "passed" : wrong.join("; ")} |`,
    ),
    "",
  ].join("\n");
}
