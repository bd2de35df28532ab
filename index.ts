import { Lab } from "./components/lab/lab";
import { loadPlan } from "./components/lab/load";
import { outputsOf } from "./components/lab/outputs";
import { refuseChanges } from "./components/lab/running";

/** The program: configuration, plan, lab, outputs. A lab that runs bears most changes, and the others are refused first. */
async function program() {
  const { plan, aws } = loadPlan(new Date().toISOString().slice(0, 10));
  await refuseChanges(plan);
  return outputsOf(new Lab(plan.name, { plan, aws }), plan);
}

export = program;
