/** One phase of a rehearsal, with the attempts that faults cost, and what it comes to. */
import type { LabPlan } from "../../components/lab/plan";
import type { JournalEntry } from "../base/operations";
import type { PhaseName } from "../base/phase";
import { UserError } from "../base/user-error";
import type { EngineResult } from "../engine/engine";
import type { StateResource } from "../engine/state";
import { controlPlaneName } from "../existing/names";
import { criticalPath } from "./critical-path";
import type { Rehearsal } from "./rehearsal";
import type { PhaseResult, PreviewResult } from "./result";
import { surprises } from "./surprises";
import { makespanMinutes, type Timeline, timelineOf } from "./timeline";

/** How the last attempt at a phase ended. */
export interface PhaseOutcome extends EngineResult {
  /** How many attempts there were. */
  readonly attempts: number;
  /** Given up on request, after a fault. */
  readonly abandoned: boolean;
}

/** An operation as a person has it: a preview, whose failure ends it, and what happened to resources beside what it announced. */
export async function previewed(
  { engine }: Rehearsal,
  name: PhaseName,
  previews: PreviewResult[],
): Promise<EngineResult> {
  const preview = await engine.preview(name);
  const { seconds } = preview;
  if (preview.result === "failed") {
    previews.push({ of: name, seconds, surprises: [] });
    return { ...preview, errors: preview.errors.map((error) => `preview: ${error}`) };
  }
  const ended = await engine[name]();
  const found = surprises(preview.steps, ended.steps, ended.result === "succeeded");
  previews.push({ of: name, seconds, surprises: found });
  return ended;
}

/** Runs a phase; when a fault that was asked for spoils it, does what a user would do and runs it again. */
export async function runPhase(
  rehearsal: Rehearsal,
  name: PhaseName,
  previews: PreviewResult[],
): Promise<PhaseOutcome> {
  const { engine, ground, plan, progress } = rehearsal;
  const { injector, journal } = ground;
  for (let attempts = 1; ; attempts++) {
    injector.begin(name);
    const lost = injector.losses().map((cluster) => planeOf(plan, cluster));
    for (const cluster of lost) await ground.controlPlanes.stop(cluster);
    const ended = await previewed(rehearsal, name, previews);
    if (ended.result === "succeeded" || !injector.disturbed) return { ...ended, attempts, abandoned: false };

    const { killed } = injector;
    // Of its own end a killed engine says nothing that would help.
    const reasons = killed ? ["the engine was killed"] : ended.errors.slice(0, 2);
    for (const reason of reasons) progress.say(`  ${name} ended early: ${reason.split("\n")[0]}`);
    injector.begin(undefined);
    for (const cluster of lost) await ground.controlPlanes.start(cluster);
    if (killed) {
      progress.say("  cancel, repair the state, refresh");
      await journal.idle();
      const { result, errors } = await engine.recover((urn) => journal.made(urn));
      if (result === "failed") return { ...ended, errors, attempts, abandoned: false };
    }
    if (killed?.next === "destroy") return { ...ended, attempts, abandoned: true };
    progress.say(`  ${name} again`);
  }
}

/** @throws UserError when the lab has no such cluster */
function planeOf({ clusters }: LabPlan, name: string): string {
  const found = clusters.find((cluster) => cluster.name === name);
  if (found) return controlPlaneName(found);
  throw new UserError(`--fault lose-api:${name}: the lab has ${clusters.map((each) => each.name).join(", ")}.`);
}

/**
 * What a phase came to, with its figures.
 *
 * @param journal what the providers did in it
 * @param resources those that it built or took down, as the state has them
 */
export function phaseResult(
  name: PhaseName,
  { result, seconds, errors, attempts }: PhaseOutcome,
  journal: readonly JournalEntry[],
  resources: readonly StateResource[],
): { phase: PhaseResult; timeline: Timeline } {
  const verb = name === "up" ? "create" : "delete";
  const path = criticalPath(resources, durations(journal, verb), name);
  return {
    phase: {
      result,
      attempts,
      seconds,
      awsMinutes: tenths(makespanMinutes(journal)),
      lowerBoundMinutes: tenths(path.seconds / 60),
      criticalPath: path.urns.map((urn) => urn.split("::").slice(2).join(" ").split("$").at(-1) ?? urn),
      errors,
    },
    timeline: timelineOf(journal, path.urns, verb),
  };
}

/** AWS seconds by URN of operations that ended. */
function durations(journal: readonly JournalEntry[], verb: JournalEntry["verb"]): Map<string, number> {
  const ended = journal.flatMap(({ verb: done, urn, start, end }) =>
    done === verb && end !== undefined ? [[urn, end - start] as const] : [],
  );
  return new Map(ended);
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
