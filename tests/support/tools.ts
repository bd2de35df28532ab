import { toolsAvailable } from "../../rehearsal/ground/tools";

/**
 * To be called in a `before`: where the ground's tools cannot be had, the suite is skipped with the reason, and fails
 * under CI.
 */
export function needTools(context: Mocha.Context): void {
  const reason = toolsAvailable();
  if (!reason) return;
  if (process.env.CI) throw new Error(`the ground's tools cannot be had: ${reason}`);
  process.stdout.write(`    skipped, the ground's tools cannot be had: ${reason}\n`);
  context.skip();
}
