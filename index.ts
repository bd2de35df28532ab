import { findExisting } from "./components/lab/existing";
import { Lab } from "./components/lab/lab";
import { loadPlan } from "./components/lab/load";
import { outputsOf } from "./components/lab/outputs";
import { recordSteps, refuseChanges } from "./components/lab/running";

/**
 * The program: configuration, plan, lab, outputs. What clusters that are there already, or a lab that runs, do not bear is
 * refused first.
 */
async function program() {
  const { plan, aws } = loadPlan(new Date().toISOString().slice(0, 10));
  const existing = await findExisting(plan);
  await refuseChanges(plan);
  const lab = new Lab(plan.name, { plan, aws, existing });
  recordSteps(plan, lab);
  return outputsOf(lab, plan);
}

export = program;
