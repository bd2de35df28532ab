import * as pulumi from "@pulumi/pulumi";
import { ConfigError } from "../base/config-mistakes";
import {
  changesTo,
  type LastingRecord,
  lastingRecords,
  type SteppedSetting,
  skippedStep,
  steppedSettings,
} from "./lasting";
import type { LabPlan } from "./plan";

/**
 * Compares the plan with the lab that runs, by what the stack's state keeps of it: a Stash for each part, whose `output` is
 * the value that it was made with. Its value is there in previews too, and nobody is asked for it.
 *
 * @throws pulumi.RunError with every change that a running lab does not bear, before anything is made
 */
export async function refuseChanges(plan: LabPlan): Promise<void> {
  const found = await Promise.all([
    ...lastingRecords(plan).map(async (record) => changesTo(record, await recorded(record))),
    ...steppedSettings(plan).map(async (setting) => skippedStep(setting, await lastStep(setting))),
  ]);
  // Of some settings every cluster has a record.
  const mistakes = [...new Map(found.flat().map((each) => [each.key + each.problem, each])).values()];
  if (mistakes.length > 0) throw new pulumi.RunError(new ConfigError(mistakes, `stack ${plan.name}`).message);
}

/** Notes the steps at which the lab is when all of it has been carried out. */
export function recordSteps(plan: LabPlan, lab: pulumi.Resource): void {
  for (const { key, step } of steppedSettings(plan)) {
    new pulumi.Stash(noted("at", key, step), { input: step }, { dependsOn: lab });
  }
}

/** What was kept when the part was made: now, if it is new. */
async function recorded({ name, settings }: LastingRecord): Promise<LastingRecord["settings"]> {
  return (await kept<LastingRecord["settings"]>(new pulumi.Stash(name, { input: settings }))) ?? settings;
}

/**
 * The last step that was carried out whole: now, in a new lab. A Stash keeps the value that it was made with through every
 * change of its name, so this one takes over what `recordSteps` noted, whatever step that was; what is noted at the end of
 * this step is another one. Where a step was not carried out whole, it takes over what it had found out then.
 */
async function lastStep({ key, step, steps }: SteppedSetting): Promise<string> {
  const names = [...steps.map((each) => noted("at", key, each)), ...steps.map((each) => noted("from", key, each))];
  const name = noted("from", key, step);
  const stash = new pulumi.Stash(
    name,
    { input: step },
    { ignoreChanges: ["input"], aliases: names.filter((each) => each !== name).map((each) => ({ name: each })) },
  );
  return (await kept<string>(stash)) ?? step;
}

function noted(what: "at" | "from", key: string, step: string): string {
  return `${key}/${what}/${step}`;
}

/** `apply` would wait for good where the engine leaves a new resource out, e.g. with --target. */
function kept<T>({ output }: pulumi.Stash): Promise<T | undefined> {
  return (output as unknown as { promise(): Promise<T | undefined> }).promise();
}
