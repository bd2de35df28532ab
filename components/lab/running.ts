import * as pulumi from "@pulumi/pulumi";
import { ConfigError } from "../base/config-mistakes";
import { changesTo, type LastingRecord, lastingRecords } from "./lasting";
import type { LabPlan } from "./plan";

/**
 * Compares the plan with the lab that runs, by what the stack's state keeps of it: a Stash for each part, whose `output` is
 * the value that it was made with. Its value is there in previews too, and nobody is asked for it.
 *
 * @throws pulumi.RunError with every change that a running lab does not bear, before anything is made
 */
export async function refuseChanges(plan: LabPlan): Promise<void> {
  const found = await Promise.all(
    lastingRecords(plan).map(async (record) => changesTo(record, await recorded(record))),
  );
  // Of some settings every cluster has a record.
  const mistakes = [...new Map(found.flat().map((each) => [each.key + each.problem, each])).values()];
  if (mistakes.length > 0) throw new pulumi.RunError(new ConfigError(mistakes, `stack ${plan.name}`).message);
}

/** What was kept when the part was made: now, if it is new. */
function recorded({ name, settings }: LastingRecord): Promise<LastingRecord["settings"]> {
  const { output } = new pulumi.Stash(name, { input: settings });
  // `apply` would wait for good where the engine leaves a new resource out, e.g. with --target.
  return (output as unknown as { promise(): Promise<LastingRecord["settings"] | undefined> })
    .promise()
    .then((before) => before ?? settings);
}
