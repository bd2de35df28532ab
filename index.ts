import { Lab } from "./components/lab/lab";
import { loadPlan } from "./components/lab/load";
import { outputsOf } from "./components/lab/outputs";

/** The program: configuration, plan, lab, outputs. */
async function program() {
  const plan = loadPlan(new Date().toISOString().slice(0, 10));
  return outputsOf(new Lab(plan.name, plan), plan);
}

export = program;
