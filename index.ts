import { loadPlan } from "./components/lab/load";
import { makeLab } from "./components/lab/program";

/** The program: configuration, plan, lab, outputs. What cannot be is refused first. */
async function program() {
  const { outputs } = await makeLab(loadPlan(new Date().toISOString().slice(0, 10)));
  return outputs;
}

export = program;
