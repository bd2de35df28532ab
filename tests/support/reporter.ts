import { appendFileSync } from "node:fs";
import Mocha from "mocha";

/**
 * mocha's spec reporter, which also adds a line `N passed, N failed, N skipped` to the file that MOCHA_COUNTS names.
 */
export default class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.once("end", () => {
      const { passes, failures, pending } = this.stats;
      const file = process.env.MOCHA_COUNTS;
      if (file) appendFileSync(file, `${passes} passed, ${failures} failed, ${pending} skipped\n`);
    });
  }
}
