/** `npm run compare`: options.ts has what it takes, facts/comparison.ts what is compared. */
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import colors from "picocolors";
import { CannotAsk } from "../../checks/run/cannot-ask";
import { ConfigError } from "../../components/base/config-mistakes";
import { UserError } from "../../rehearsal/base/user-error";
import { stackFileOf } from "../../rehearsal/cli/lab";
import { rawConfig } from "../../rehearsal/engine/stack-file";
import { type Comparison, compare, type Lab } from "../facts/comparison";
import { comparisonPage } from "../show/page";
import { terminalText } from "../show/terminal";
import { type Options, parseOptions, usage } from "./options";
import { failedRehearsals, withRehearsals } from "./rehearsals";
import { withRunning } from "./running";

/** Of what is no terminal. */
const defaultColumns = 120;

async function main(argv: readonly string[]): Promise<number> {
  const options = parseOptions(argv);
  if (options.help) {
    say(usage);
    return 0;
  }
  const comparison = await withMore(compare(labOf(options), options.backends), options);
  show(comparison, options);
  const failed = failedRehearsals(comparison);
  if (failed.length > 0) tell(colors.red(`Went wrong in the rehearsal: ${failed.join(", ")}`));
  return failed.length > 0 ? 1 : 0;
}

/** What plans alone do not say. */
async function withMore(planned: Comparison, options: Options): Promise<Comparison> {
  if (options.running) return withRunning(planned, labOf(options), options, tell);
  return options.rehearse ? withRehearsals(planned, options, tell) : planned;
}

/** The stack's settings as a rehearsal has them: charts are thought to be in a mirror, which some backends want to have. */
function labOf({ stack, config }: Options): Lab {
  const stackFile = stackFileOf({ stack, config, charts: "packed" }, tmpdir());
  return { stack, settings: rawConfig(stackFile), day: new Date().toISOString().slice(0, 10) };
}

function show(comparison: Comparison, { json, html }: Options): void {
  const asJson = `${JSON.stringify(comparison, undefined, 2)}\n`;
  if (html !== undefined) write(html, comparisonPage(comparison));
  if (json === "-") {
    process.stdout.write(asJson);
    return;
  }
  if (json !== undefined) write(json, asJson);
  say(terminalText(comparison, process.stdout.columns ?? defaultColumns));
}

/** @throws UserError when the file cannot be written */
function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UserError(`${file} cannot be written: ${error instanceof Error ? error.message : error}`);
  }
}

/** What goes on, for a person. */
function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    const expected = [UserError, ConfigError, CannotAsk].some((kind) => error instanceof kind);
    tell(colors.red(expected ? (error as Error).message : String((error as Error).stack ?? error)));
    process.exit(2);
  },
);
