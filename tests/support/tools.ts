import { obstacle, thisMachine } from "../../rehearsal/cli/preflight";
import { ensureTools, type Tools } from "../../rehearsal/tools/tools";

/**
 * To be called in a `before`: fetches or builds the ground's tools on a machine that has none yet. Where no rehearsal can run, the suite is
 * skipped with the reason, and fails under CI.
 */
export async function needTools(context: Mocha.Context): Promise<Tools> {
  const reason = obstacle(await thisMachine("simulated"), 2);
  if (reason && process.env.CI) throw new Error(`no rehearsal can run here: ${reason}`);
  if (reason) {
    process.stdout.write(`    skipped, no rehearsal can run here: ${reason}\n`);
    context.skip();
  }
  context.timeout(60 * 60_000);
  return ensureTools((line) => process.stdout.write(`    ${line}\n`));
}
