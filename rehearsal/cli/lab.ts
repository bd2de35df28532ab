/** The lab that is to be rehearsed: its stack file, its plan and where its charts come from. */
import { join, resolve } from "node:path";
import { ConfigError } from "../../components/base/config-mistakes";
import { checkedPlan } from "../../components/lab/checked-plan";
import type { LabPlan } from "../../components/lab/plan";
import { sharedForMeasuring } from "../../components/lab/probes";
import { settingText } from "../base/setting-text";
import { UserError } from "../base/user-error";
import { rawConfig, readStackFile, type StackFile } from "../engine/stack-file";
import type { KnownSettings } from "../existing/known";
import { checkMirror } from "../ground/chart-mirror";
import type { Ground } from "../ground/ground";
import { packCharts } from "../ground/packed-charts";
import type { Change } from "../run/rehearsal";
import type { Tools } from "../tools/tools";
import type { Options } from "./options";

/** The project's folder. */
export const root = join(__dirname, "..", "..");

/** A stack as it will be rehearsed. */
export interface PlannedLab {
  readonly stackFile: StackFile;
  readonly plan: LabPlan;
  /** What is changed of it when it is up. */
  readonly changes: readonly Change[];
  /** The folder from which charts come; undefined when it is as the stack says. */
  readonly mirror: string | undefined;
}

/**
 * Reads and plans the stack.
 *
 * @throws UserError or ConfigError with every mistake that there is
 */
export function planLab(options: Options, scratch: string): PlannedLab {
  const mirror = mirrorFolder(options.charts, scratch);
  return { ...planned(options, stackFileOf(options, scratch)), mirror, changes: changesOf(options, scratch) };
}

/** The lab after each of them; a later one is laid over the earlier. */
function changesOf(options: Options, scratch: string): Change[] {
  return options.changes.map((setting, index) => {
    const config = [...options.config, ...options.changes.slice(0, index + 1)];
    try {
      return { setting, ...planned(options, stackFileOf({ ...options, config }, scratch)) };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      throw new UserError(`After --then ${settingText(setting)} ${error.message}`);
    }
  });
}

function planned(options: Options, asked: StackFile): Pick<PlannedLab, "stackFile" | "plan"> {
  const plan = planOf(options, asked);
  if (!options.measure) return { stackFile: asked, plan };
  const stackFile = withMeasured(asked, plan);
  return { stackFile, plan: planOf(options, stackFile) };
}

/** The lab as it begins, and after each of its changes. */
export function plansOf({ plan, changes }: PlannedLab): LabPlan[] {
  return [plan, ...changes.map((change) => change.plan)];
}

/** The lab with what its ground knows of the clusters that are there before it. */
export function onGround(lab: PlannedLab, options: Pick<Options, "stack">, { existing }: Ground): PlannedLab {
  const known = <T extends { readonly stackFile: StackFile }>(each: T) => {
    const stackFile = withExisting(each.stackFile, existing.settings);
    return { ...each, stackFile, plan: planOf(options, stackFile) };
  };
  return { ...known(lab), changes: lab.changes.map(known) };
}

function planOf({ stack }: Pick<Options, "stack">, stackFile: StackFile): LabPlan {
  return checkedPlan(stack, rawConfig(stackFile), new Date().toISOString().slice(0, 10));
}

/** Where clusters that are there already are on this machine, the stack cannot say. */
export function withExisting(stackFile: StackFile, known: ReadonlyMap<string, KnownSettings>): StackFile {
  if (known.size === 0) return stackFile;
  const clusters = JSON.parse(rawConfig(stackFile).clusters ?? "[]") as { readonly name: string }[];
  const key = `${stackFile.project}:clusters`;
  const laid = clusters.map((entry) => ({ ...entry, ...known.get(entry.name) }));
  return { ...stackFile, settings: { ...stackFile.settings, [key]: laid } };
}

/** The stack's settings with those of the command line, right or wrong, and the charts' origin. */
export function stackFileOf(
  { stack, config, charts }: Pick<Options, "stack" | "config" | "charts">,
  scratch: string,
): StackFile {
  return withMirror(readStackFile(root, stack, config), mirrorFolder(charts, scratch));
}

/** Plain load balancers are told what is measured: nothing else makes a Service of theirs. */
function withMeasured(stackFile: StackFile, { config, clusters }: LabPlan): StackFile {
  if (config.backend !== "loadbalancer") return stackFile;
  const own = { ...(rawConfig(stackFile).loadbalancer as { readonly shared?: readonly unknown[] } | undefined) };
  const shared = [...(own.shared ?? []), ...sharedForMeasuring(clusters.map(({ name }) => name))];
  const key = `${stackFile.project}:loadbalancer`;
  return { ...stackFile, settings: { ...stackFile.settings, [key]: { ...own, shared } } };
}

function mirrorFolder(charts: string, scratch: string): string | undefined {
  if (charts === "upstream") return undefined;
  return charts === "packed" ? join(scratch, "charts") : resolve(charts);
}

/** A stack that takes its charts from `mirror`: it is told so before its plan, since some backends need to have one. */
function withMirror(stackFile: StackFile, mirror: string | undefined): StackFile {
  if (mirror === undefined) return stackFile;
  return { ...stackFile, settings: { ...stackFile.settings, [`${stackFile.project}:charts`]: { mirror } } };
}

/**
 * Packs charts into the mirror, if it is for that; then every chart of the plan must be there.
 *
 * @returns which they are: `standin`, `upstream`, the folder, or the module whose real charts were packed
 * @throws UserError when one is not there
 */
export async function fillMirror(lab: PlannedLab, { charts }: Options, tools: Tools, scratch: string): Promise<string> {
  const { mirror } = lab;
  const wanted = [...new Set(plansOf(lab).flatMap(({ charts }) => Object.values(charts)))];
  if (charts === "packed" && mirror !== undefined) {
    const folders = { helm: tools.helm, mirror, scratch: join(scratch, "chart-sources") };
    return await packCharts(lab.plan.config.backend, wanted, folders);
  }
  if (mirror !== undefined) checkMirror(mirror, wanted);
  return charts;
}
