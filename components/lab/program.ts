/** The steps of every program with a lab in it. */
import type * as pulumi from "@pulumi/pulumi";
import { refuseWithoutCredentials } from "./credentials";
import { findExisting } from "./existing";
import { Lab } from "./lab";
import type { LoadedLab } from "./load";
import { type LabOutputs, outputsOf } from "./outputs";
import { recordSteps, refuseChanges } from "./running";

/** A lab, and what a stack shows of it. */
export interface MadeLab {
  /** Its parts, for what is to be made beside them. */
  readonly lab: Lab;
  /** What people and `npm run verify` need to know. */
  readonly outputs: LabOutputs;
}

/**
 * Makes a lab. What clusters that are there already, a lab that runs, or AWS do not bear is refused first.
 *
 * @throws pulumi.RunError with everything that stands against it
 */
export async function makeLab(
  { plan, aws }: Omit<LoadedLab, "existing">,
  opts?: pulumi.ComponentResourceOptions,
): Promise<MadeLab> {
  refuseWithoutCredentials(plan, aws);
  const existing = await findExisting(plan);
  await refuseChanges(plan);
  const lab = new Lab(plan.name, { plan, aws, existing }, opts);
  recordSteps(plan, lab);
  return { lab, outputs: outputsOf(lab, plan) };
}
