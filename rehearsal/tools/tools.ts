/**
 * The programs that the rehearsal runs on: found on PATH in the versions that are pinned, in a per-user cache, fetched from
 * their projects' releases or a mirror of them, or built from the go.mod files here.
 */
import { join } from "node:path";
import { ensurePrograms } from "./go";
import { buildFolder, type GoProgram, locate, releaseFolder, releaseOf } from "./program";
import { type BaseTool, baseTools, type NodeTool, type ToolName, toolProgram } from "./recipes";
import { fetchPrograms } from "./releases/fetch";
import type { Screen } from "./releases/progress";
import { siteOf, type WantedProgram } from "./releases/release";
import { Sites } from "./releases/site";

/** Paths of programs by name. Default: those that every rehearsal runs on. */
export type Tools<Name extends ToolName = BaseTool> = Readonly<Record<Name, string>>;

/** Paths of the programs that real nodes run on. */
export type NodeTools = Tools<NodeTool>;

/** How tools that are not there are had. */
export interface ToolPlan {
  /** From releases. */
  readonly fetched: readonly WantedProgram[];
  /** From source. */
  readonly built: readonly ToolName[];
  /** Sites that would have tools and do not answer, e.g. `dl.k8s.io`. */
  readonly silent: readonly string[];
}

/** Their answers, or silence, are remembered. */
let sites: Sites | undefined;

/** Sites by this process's environment. */
function theSites(): Sites {
  sites ??= new Sites();
  return sites;
}

/**
 * How those of `names` are had that are not there. Where nothing answers, this takes a few seconds, once.
 *
 * @param names default: what every rehearsal runs on
 * @throws UserError when the mirror that is named is none
 */
export async function planTools(names: readonly ToolName[] = baseTools, from = theSites()): Promise<ToolPlan> {
  const missing = names.map(toolProgram).filter((program) => locate(program) === undefined);
  const looked = await Promise.all(missing.map((program) => lookFor(program, from)));
  return {
    fetched: looked.flatMap(({ wanted, answers }) => (wanted && answers ? [wanted] : [])),
    built: looked.flatMap(({ program, answers }) => (answers ? [] : [program.name as ToolName])),
    silent: [
      ...new Set(
        looked.flatMap(({ wanted, answers }) => (wanted && !answers ? [siteOf(from.at(wanted.release.url))] : [])),
      ),
    ],
  };
}

async function lookFor(program: GoProgram, from: Sites) {
  const release = releaseOf(program);
  if (!release) return { program, wanted: undefined, answers: false };
  const wanted = { name: program.name, release, folder: join(releaseFolder(release), "bin") };
  return { program, wanted, answers: await from.reaches(release.url) };
}

/**
 * Tools: what is missing is fetched or built, once for a machine. On two cores it takes about ten minutes to build those of
 * every rehearsal, and five for those of real nodes.
 *
 * @param report is told what is being fetched and built
 * @param names default: what every rehearsal runs on
 * @param screen where progress is redrawn, if that is a terminal. Default: nowhere
 * @throws UserError when one cannot be had, or is not what it should be
 */
export function ensureTools(report: (line: string) => void): Promise<Tools>;
export function ensureTools<Name extends ToolName>(
  report: (line: string) => void,
  names: readonly Name[],
  screen?: Screen,
): Promise<Tools<Name>>;
export async function ensureTools(
  report: (line: string) => void,
  names: readonly ToolName[] = baseTools,
  screen?: Screen,
): Promise<Tools> {
  const { fetched, silent } = await planTools(names);
  if (silent.length > 0) report(`no answer from ${silent.join(", ")}`);
  if (fetched.length > 0) {
    report(`fetching ${fetched.map(({ name }) => name).join(", ")} (once for this machine)`);
    const failed = await fetchPrograms(fetched, { sites: theSites(), report, screen });
    for (const [name, reason] of failed) report(`${name} is built instead: ${reason}`);
  }
  return (await ensurePrograms(names.map(toolProgram), report)) as unknown as Tools;
}

/** Where tools of every rehearsal are built, to see what room is left there. */
export function toolsFolder(): string {
  return buildFolder(toolProgram("kube-apiserver"));
}
