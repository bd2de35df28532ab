import * as pulumi from "@pulumi/pulumi";
import { ConfigError } from "../base/config-mistakes";
import { checkedPlan } from "./checked-plan";
import type { LabPlan } from "./plan";

/**
 * The plan that follows from the running stack's configuration. Nothing else reads configuration.
 *
 * @param day ISO date for which the price holds
 * @throws pulumi.RunError with every mistake; the engine shows it without a stack trace
 */
export function loadPlan(day: string): LabPlan {
  const prefix = `${pulumi.getProject()}:`;
  const own = Object.entries(pulumi.runtime.allConfig()).filter(([key]) => key.startsWith(prefix));
  const raw = Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value]));
  try {
    return checkedPlan(pulumi.getStack(), raw, day);
  } catch (error) {
    throw error instanceof ConfigError ? new pulumi.RunError(error.message) : error;
  }
}
