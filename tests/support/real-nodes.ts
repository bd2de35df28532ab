import { noRealNodes, thisHost } from "../../rehearsal/cli/node-kind";

/** To be called in a `before`. Where there can be no real nodes the suite is skipped with the reason, and fails under CI. */
export function needRealNodes(context: Mocha.Context): void {
  const reason = noRealNodes(thisHost());
  if (reason === undefined) return;
  if (process.env.CI) throw new Error(reason);
  process.stdout.write(`    skipped: ${reason}\n`);
  context.skip();
}
