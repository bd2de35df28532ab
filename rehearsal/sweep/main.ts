/**
 * `npm run sweep`: builds the lab again and again, lets every creation fail once and kills the engine at random points, and
 * sees whether `up` still comes to the same lab and `destroy` leaves nothing. Takes about an hour on two cores.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { durationText } from "../base/duration";
import { rehearseApart } from "../run/apart";
import { type Result, shortcomings } from "../run/result";
import { fullSweep, type SweepLab, sweepLabs } from "./labs";
import { type Outcome, sweepPage } from "./page";

/** AWS seconds in one of waiting: what is looked for is order, not duration. */
const speed = "600";

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      stack: { type: "string", default: "istio" },
      config: { type: "string", multiple: true, default: [] },
      seed: { type: "string", default: String(fullSweep.seed) },
      only: { type: "string" },
      write: { type: "string" },
    },
  });
  const started = performance.now();
  say("undisturbed");
  const settings = ["--stack", values.stack, ...values.config.flatMap((setting) => ["--config", setting])];
  const undisturbed = await rehearse(settings, []);
  if (!undisturbed || shortcomings(undisturbed).length > 0) throw new Error("the undisturbed run failed already");
  const labs = sweepLabs(
    { created: undisturbed.created, deletions: undisturbed.created.length },
    { ...fullSweep, seed: Number(values.seed) },
  ).filter(({ what }) => what.startsWith(values.only ?? ""));
  const outcomes: Outcome[] = [];
  for (const [index, lab] of labs.entries()) {
    const outcome = await tried(settings, lab, undisturbed);
    outcomes.push(outcome);
    say(
      `${index + 1} of ${labs.length}: ${lab.what}: ${outcome.wrong.length === 0 ? "passed" : outcome.wrong.join("; ")}`,
    );
  }
  const seconds = (performance.now() - started) / 1000;
  const failed = outcomes.filter(({ wrong }) => wrong.length > 0);
  say(`${outcomes.length - failed.length} of ${outcomes.length} labs passed in ${durationText(seconds)}`);
  if (values.write)
    writeFileSync(values.write, sweepPage(undisturbed, outcomes, { settings, seed: Number(values.seed), seconds }));
  return failed.length === 0 ? 0 : 1;
}

async function tried(settings: readonly string[], lab: SweepLab, undisturbed: Result): Promise<Outcome> {
  const started = performance.now();
  const result = await rehearse(settings, lab.faults);
  const seconds = (performance.now() - started) / 1000;
  if (!result) return { lab, attempts: 0, seconds, wrong: ["no result"] };
  const differs = !result.abandoned && result.resources !== undisturbed.resources;
  return {
    lab,
    seconds,
    attempts: (result.up?.attempts ?? 0) + (result.destroy?.attempts ?? 0),
    wrong: [
      ...shortcomings(result),
      ...(differs ? [`${result.resources} resources instead of ${undisturbed.resources}`] : []),
    ],
  };
}

/** Undefined when it did not come to a result. */
function rehearse(settings: readonly string[], faults: readonly string[]): Promise<Result | undefined> {
  return rehearseApart([...settings, "--speed", speed, ...faults.flatMap((fault) => ["--fault", fault])], "ignore");
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    process.exit(1);
  },
);
