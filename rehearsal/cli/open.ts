import type { LabPlan } from "../../components/lab/plan";
import type { Quotas } from "../aws/account/quotas";
import { engineActivity } from "../engine/activity";
import { Engine } from "../engine/engine";
import { notesOf } from "../engine/own-plugins";
import { type Entry, planExisting } from "../existing/plan";
import { Injector } from "../faults/injector";
import { Ground } from "../ground/ground";
import type { RealNodesOptions } from "../ground/real/real-site";
import type { Progress, Rehearsal } from "../run/rehearsal";
import type { Timelines } from "../run/timeline";
import { toolVersion } from "../tools/recipes";
import type { Tools } from "../tools/tools";
import type { CleanUp } from "./clean-up";
import { onGround, type PlannedLab, plansOf, root } from "./lab";
import type { Options } from "./options";
import { TerminalProgress } from "./progress";

/** What a rehearsal is opened with. */
export interface OpenArgs {
  readonly options: Options;
  readonly lab: PlannedLab;
  /** Which charts are in its mirror. */
  readonly charts: string;
  readonly tools: Tools;
  /** Default: nodes are simulated. */
  readonly realNodes?: RealNodesOptions | undefined;
  /** Folder for everything that it keeps; what an earlier process kept there is taken over. */
  readonly scratch: string;
  readonly cleanUp: CleanUp;
  /** Those of an earlier process. */
  readonly timelines: Timelines;
}

/** Whoever rehearses is one of the administrators. */
function addressIn([network]: readonly string[]): string | undefined {
  return network?.split("/")[0];
}

/** Puts ground and engine together. */
export async function openRehearsal({
  options,
  lab: asked,
  charts,
  tools,
  realNodes,
  scratch,
  cleanUp,
  timelines,
}: OpenArgs): Promise<Rehearsal> {
  const entries = clustersOf(plansOf(asked));
  const { faults, speed, plugins, quotas, stack, measure } = options;
  const injector: Injector = new Injector(faults, () => engine.kill());
  const ground = await Ground.open({
    injector,
    tools,
    realNodes,
    scratch,
    speed,
    plugins,
    address: addressIn(asked.plan.config.adminCidrs),
    existing: planExisting(entries),
    aws: entries.some(({ context }) => context === undefined),
    quotas: { ...saidQuotas(asked), ...quotas },
    engineActivity: engineActivity(tools.pulumi),
    watch: (entry) => progress.watch(entry),
  });
  const progress: TerminalProgress = new TerminalProgress(process.stdout, () => ground.clock.now());
  cleanUp.add(ground);
  await raiseExisting(ground, progress);
  const lab = onGround(asked, options, ground);
  const engine: Engine = await Engine.open({
    pulumi: tools.pulumi,
    root,
    scratch,
    stack,
    stackFile: lab.stackFile,
    program: async () => {
      // The emulated AWS takes everybody; the program refuses where nobody says who acts.
      process.env.AWS_ACCESS_KEY_ID ??= "emulated";
      return (await import("../../index.js")).default();
    },
    providers: ground.providers,
    ownPlugins: plugins.length > 0,
    watch: notesOf(plugins, ground.journal),
    path: [ground.awsCli.bin],
  });
  const kubernetes = toolVersion("kube-apiserver");
  const { plan, changes } = lab;
  return { engine, ground, plan, changes, progress, charts, plugins, faults, kubernetes, measure, timelines };
}

/** Every cluster that the lab ever has. */
function clustersOf(plans: readonly LabPlan[]): readonly Entry[] {
  return [...new Map(plans.flatMap(({ config }) => config.clusters.map((each) => [each.name, each]))).values()];
}

/** As somebody has made them, before the lab. */
async function raiseExisting({ existing }: Ground, progress: Progress): Promise<void> {
  if (existing.names.length === 0) return;
  progress.begin(`clusters that are there already: ${existing.names.join(", ")}`);
  await existing.raise();
  progress.end();
}

/** What the stack says in the end that AWS raised: the account is as its owner says that it is. */
function saidQuotas(lab: PlannedLab): Partial<Quotas> {
  const { securityGroupRules, vcpus } = (plansOf(lab).at(-1) ?? lab.plan).config.quotas;
  return { securityGroupRules, ...(vcpus === undefined ? {} : { vcpus, spotVcpus: vcpus }) };
}
