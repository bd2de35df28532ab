/** `npm start`: options.ts has what it takes, run/rehearse.ts the steps of a rehearsal. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import colors from "picocolors";
import { ConfigError } from "../../components/base/config-mistakes";
import { UserError } from "../base/user-error";
import { reportModel } from "../report/model";
import { reportFile, writeReport } from "../report/write";
import { FailureLogs } from "../run/failure-logs";
import type { Rehearsal } from "../run/rehearsal";
import { rehearse } from "../run/rehearse";
import { type Result, shortcomings } from "../run/result";
import { baseTools } from "../tools/recipes";
import { ensureTools } from "../tools/tools";
import { announcement, nextCommands } from "./announcement";
import { cleanCache } from "./cache";
import { CleanUp } from "./clean-up";
import { type KeptLab, keepLab, readKeptLab } from "./kept-lab";
import { fillMirror, planLab, plansOf } from "./lab";
import { openRehearsal } from "./open";
import { openReport } from "./open-report";
import { type Options, parseOptions, usage } from "./options";
import { preflight } from "./preflight";
import { nodesFor, realNodesFor } from "./real-nodes";
import { summary } from "./summary";

async function main(argv: readonly string[]): Promise<number> {
  const options = parseOptions(argv);
  if (options.help) {
    say(usage);
    return 0;
  }
  const kept = readKeptLab();
  if (options.down) {
    if (!kept) throw new UserError("Nothing is kept.");
    const { keep, json, report, open } = options;
    return run({ ...kept.options, keep, json, report, open }, kept.scratch, kept);
  }
  if (kept) throw new UserError("An earlier rehearsal is kept and still running: npm start -- --down ends it.");
  return run(options, mkdtempSync(join(tmpdir(), "multicluster-lab-")));
}

/** Rehearses in `scratch`, from the beginning or from where `kept` left it. */
async function run(options: Options, scratch: string, kept?: KeptLab): Promise<number> {
  const cleanUp = new CleanUp(scratch);
  try {
    const lab = planLab(options, scratch);
    const report = reportFile(options.report, options.stack);
    const plans = plansOf(lab);
    const clusters = Math.max(...plans.map((plan) => plan.clusters.length));
    // Nodes are real where they can be so from beginning to end.
    const decisive = plans.find((plan) => nodesFor(options, plan).kind === "simulated") ?? lab.plan;
    const { kind } = nodesFor(options, decisive);
    if (!kept) {
      const machine = await preflight(clusters, kind);
      for (const line of announcement(lab.plan, { options, machine, nodes: kind })) tell(line);
    }
    const tools = await ensureTools(tell, baseTools, process.stderr);
    const real = await realNodesFor(options, decisive, tell);
    // What a lab that is kept was built from may be older.
    if (!kept) cleanCache();
    const charts = await fillMirror(lab, options, tools, scratch);
    const timelines = kept?.timelines ?? {};
    const rehearsal = await openRehearsal({
      options,
      lab,
      charts,
      tools,
      realNodes: real,
      scratch,
      cleanUp,
      timelines,
    });
    return await conduct(rehearsal, { options, scratch, report, cleanUp, earlier: kept?.result });
  } finally {
    await cleanUp.run();
  }
}

interface ConductArgs {
  readonly options: Options;
  readonly scratch: string;
  /** File of the report. */
  readonly report: string;
  readonly cleanUp: CleanUp;
  readonly earlier: Result | undefined;
}

/** Rehearses and tells how it went. Where it failed, the last line is the folder with the logs, unless the lab stays. */
async function conduct(rehearsal: Rehearsal, args: ConductArgs): Promise<number> {
  const { options, scratch, report, cleanUp, earlier } = args;
  const logs = new FailureLogs(rehearsal, scratch, failureFolder(report, options.stack));
  try {
    const { result, rehearsal: ended, stays } = await rehearse(rehearsal, { keep: options.keep, earlier, logs });
    if (options.json) writeFileSync(options.json, `${JSON.stringify(result, undefined, 2)}\n`);
    await writeReport(report, reportModel(result, ended.plan, ended.timelines, stays));
    say(summary(result, stays, relative("", report)));
    if (options.open) say(await openReport(report));
    if (stays) {
      say(await keepLab(ended, { scratch, options, result }));
      cleanUp.cancel();
    }
    const wentWell = shortcomings(result, stays).length === 0;
    if (wentWell && !stays) say(nextCommands(options).join("\n"));
    return wentWell ? 0 : 1;
  } catch (error) {
    complain(error);
    await logs.save();
    return 1;
  } finally {
    if (logs.saved) say(`\nLogs of what failed, without secrets:\n${relative("", logs.folder)}`);
  }
}

/** Beside the report, e.g. `reports/failed-dev-20260131T120000Z`. */
function failureFolder(report: string, stack: string): string {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  return join(dirname(report), `failed-${stack}-${time}`);
}

/** What goes on, for a person. */
function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What the user can put right is said in a sentence; a defect of ours shows where it is. */
function complain(error: unknown): void {
  const expected = error instanceof UserError || error instanceof ConfigError;
  process.stderr.write(`${colors.red(expected ? error.message : String((error as Error).stack ?? error))}\n`);
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    complain(error);
    process.exit(1);
  },
);
