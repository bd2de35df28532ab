/** `npm start`: see options.ts for what it takes and run/rehearse.ts for what it does. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import colors from "picocolors";
import { ConfigError } from "../../components/base/config-mistakes";
import { checkedPlan } from "../../components/lab/checked-plan";
import type { LabPlan } from "../../components/lab/plan";
import { endProcessesBelow } from "../base/processes";
import { UserError } from "../base/user-error";
import { engineActivity } from "../engine/activity";
import { Engine } from "../engine/engine";
import { rawConfig, readStackFile, type StackFile } from "../engine/stack-file";
import { Injector } from "../faults/injector";
import { buildMirror, checkMirror } from "../ground/chart-mirror";
import { Ground } from "../ground/ground";
import { reportModel } from "../report/model";
import { reportFile, writeReport } from "../report/write";
import { buildUp, type Rehearsal, secondUp, tearDown } from "../run/rehearse";
import { type Result, shortcomings } from "../run/result";
import { ensureTools, type Tools, toolVersion } from "../tools/tools";
import { forgetKept, type Kept, readKept, writeKept } from "./kept-lab";
import { type Options, parseOptions, usage } from "./options";
import { TerminalProgress } from "./progress";
import { summary } from "./summary";

const root = dirname(dirname(__dirname));

async function main(argv: readonly string[]): Promise<number> {
  const options = parseOptions(argv);
  if (options.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const kept = readKept();
  if (options.down) {
    if (!kept) throw new UserError("Nothing is kept.");
    return finish({ ...kept.options, json: options.json, report: options.report }, kept.scratch, kept);
  }
  if (kept) throw new UserError("An earlier rehearsal is kept and still running: npm start -- --down ends it.");
  return finish(options, mkdtempSync(join(tmpdir(), "multicluster-lab-")));
}

/** Runs a rehearsal in `scratch`, from its beginning or from where `kept` left it. */
async function finish(options: Options, scratch: string, kept?: Kept): Promise<number> {
  const cleanUp = new CleanUp(scratch);
  let keeping = false;
  try {
    const mirror = mirrorFolder(options, scratch);
    const stackFile = withMirror(readStackFile(root, options.stack, options.config), mirror);
    const labPlan = planned(stackFile, options.stack);
    const report = reportFile(options.report, options.stack);
    const tools = await ensureTools((line) => process.stderr.write(`${line}\n`));
    if (mirror) await fillMirror(options, mirror, labPlan, tools);
    const opened = await open(options, scratch, stackFile, labPlan, tools, cleanUp);
    const rehearsal: Rehearsal = { ...opened, timelines: kept?.timelines ?? {} };

    const result = kept?.result ?? (await buildUp(rehearsal));
    keeping = options.keep && kept === undefined && result.up?.result === "succeeded";
    if (!keeping) {
      if (kept === undefined && result.up?.result === "succeeded") await secondUp(rehearsal, result);
      await tearDown(rehearsal, result);
    }
    if (options.json) writeFileSync(options.json, `${JSON.stringify(result, undefined, 2)}\n`);
    await writeReport(report, reportModel(result, labPlan, rehearsal.timelines, keeping));
    process.stdout.write(`${summary(result, keeping, relative("", report))}\n`);
    if (keeping) await keep(rehearsal, options, scratch, result);
    return shortcomings(result, keeping).length === 0 ? 0 : 1;
  } finally {
    if (keeping) cleanUp.cancel();
    else {
      await cleanUp.run();
      if (kept) forgetKept();
    }
  }
}

function planned(stackFile: StackFile, stack: string): LabPlan {
  return checkedPlan(stack, rawConfig(stackFile), new Date().toISOString().slice(0, 10));
}

async function open(
  options: Options,
  scratch: string,
  stackFile: StackFile,
  labPlan: LabPlan,
  tools: Tools,
  cleanUp: CleanUp,
): Promise<Omit<Rehearsal, "timelines">> {
  const injector: Injector = new Injector(options.faults, () => engine.kill());
  const ground = await Ground.open({
    injector,
    tools,
    scratch,
    speed: options.speed,
    plugins: options.plugins,
    quotas: options.quotas,
    engineActivity: engineActivity(tools.pulumi),
    watch: (entry) => progress.watch(entry),
  });
  const progress: TerminalProgress = new TerminalProgress(process.stdout, () => ground.clock.now());
  cleanUp.add(ground);
  const engine: Engine = await Engine.open({
    pulumi: tools.pulumi,
    root,
    scratch,
    stack: options.stack,
    stackFile,
    program: async () => (await import("../../index.js")).default(),
    providers: ground.providers,
    path: [ground.awsCli.bin],
  });
  const kubernetes = toolVersion("kube-apiserver");
  const { charts: from, plugins, faults } = options;
  return { engine, ground, plan: labPlan, progress, charts: from, plugins, faults, kubernetes };
}

/** The folder from which charts come; undefined when it is as the stack says. */
function mirrorFolder({ charts }: Options, scratch: string): string | undefined {
  if (charts === "upstream") return undefined;
  return charts === "standin" ? join(scratch, "charts") : resolve(charts);
}

/** A stack that takes its charts from `mirror`: it is told so before its plan, since some backends need to have one. */
function withMirror(stackFile: StackFile, mirror: string | undefined): StackFile {
  if (mirror === undefined) return stackFile;
  return { ...stackFile, settings: { ...stackFile.settings, [`${stackFile.project}:charts`]: { mirror } } };
}

/** Puts the stand-in charts into the mirror, if it is for them; then every chart of the plan must be there. */
async function fillMirror({ charts }: Options, mirror: string, labPlan: LabPlan, tools: Tools): Promise<void> {
  if (charts === "standin")
    await buildMirror(tools.helm, mirror, [join(root, "rehearsal", "charts", labPlan.config.backend)]);
  await checkMirror(mirror, Object.values(labPlan.charts));
}

async function keep(
  { ground, plan: labPlan, timelines }: Rehearsal,
  options: Options,
  scratch: string,
  result: Result,
): Promise<void> {
  await ground.detach();
  const kubeconfigs = labPlan.clusters.map(({ eksName }) => {
    const file = join(scratch, `${eksName}.kubeconfig`);
    writeFileSync(file, ground.controlPlanes.get(eksName)?.kubeconfig ?? "", { mode: 0o600 });
    return file;
  });
  writeKept({ scratch, options, result, timelines });
  process.stdout.write(
    [
      "",
      "The clusters keep running; their load balancers and nodes stay as they are.",
      `  export KUBECONFIG=${kubeconfigs.join(":")}`,
      `  kubectl config use-context ${labPlan.clusters[0]?.eksName}`,
      "  npm start -- --down      takes the lab down",
      "",
    ].join("\n"),
  );
}

/** Leaves nothing behind, however this process ends. */
class CleanUp {
  private ground: Ground | undefined;
  private readonly atExit = () => this.now();
  private readonly onSignal = (signal: NodeJS.Signals) => {
    process.stderr.write("\nending; nothing is left running\n");
    process.exit(signal === "SIGINT" ? 130 : 143);
  };

  constructor(private readonly scratch: string) {
    process.on("exit", this.atExit);
    process.on("SIGINT", this.onSignal);
    process.on("SIGTERM", this.onSignal);
  }

  add(ground: Ground): void {
    this.ground = ground;
  }

  async run(): Promise<void> {
    await this.ground?.close();
    this.now();
    this.cancel();
  }

  cancel(): void {
    process.off("exit", this.atExit);
    process.off("SIGINT", this.onSignal);
    process.off("SIGTERM", this.onSignal);
  }

  private now(): void {
    endProcessesBelow(this.scratch);
    rmSync(this.scratch, { recursive: true, force: true, maxRetries: 3 });
  }
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    const expected = error instanceof UserError || error instanceof ConfigError;
    process.stderr.write(`${colors.red(expected ? error.message : String((error as Error).stack ?? error))}\n`);
    process.exit(1);
  },
);
