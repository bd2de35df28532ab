import { ensureTools, type Tools, toolsAvailable } from "../../rehearsal/tools/tools";

/**
 * To be called in a `before`: builds the ground's tools on a machine that has none yet. Where they cannot be had, the suite
 * is skipped with the reason, and fails under CI.
 */
export async function needTools(context: Mocha.Context): Promise<Tools> {
  const reason = toolsAvailable();
  if (reason && process.env.CI) throw new Error(`the ground's tools cannot be had: ${reason}`);
  if (reason) {
    process.stdout.write(`    skipped, the ground's tools cannot be had: ${reason}\n`);
    context.skip();
  }
  context.timeout(60 * 60_000);
  return ensureTools((line) => process.stdout.write(`    ${line}\n`));
}
