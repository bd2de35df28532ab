import { ConfigError } from "../base/config-mistakes";
import type { RawConfig } from "../config/validate";
import { nodeMistakes } from "./capacity";
import { validateLab } from "./config";
import { planMistakes } from "./limits";
import { type LabPlan, plan } from "./plan";

/**
 * From settings as Pulumi keeps them to the plan of a lab that AWS will take.
 *
 * @param name the stack's name
 * @param day ISO date for which the price holds
 * @throws ConfigError with all mistakes at once
 */
export function checkedPlan(name: string, raw: RawConfig, day: string): LabPlan {
  const where = `stack ${name}`;
  const made = plan(name, validateLab(raw, where), day);
  const mistakes = [...planMistakes(made), ...nodeMistakes(made)];
  if (mistakes.length > 0) throw new ConfigError(mistakes, where);
  return made;
}
