/** The programs that the rehearsal runs on: found on PATH, in a per-user cache, or built from the go.mod files here. */
import { ensurePrograms } from "./go";
import { buildFolder, locate } from "./program";
import { type BaseTool, baseTools, type NodeTool, type ToolName, toolProgram } from "./recipes";

/** Paths of programs by name. Default: those that every rehearsal runs on. */
export type Tools<Name extends ToolName = BaseTool> = Readonly<Record<Name, string>>;

/** Paths of the programs that real nodes run on. */
export type NodeTools = Tools<NodeTool>;

/** Tools that are neither on PATH nor in the cache, and have to be built. */
export function missingTools(names: readonly ToolName[] = baseTools): ToolName[] {
  return names.filter((name) => locate(toolProgram(name)) === undefined);
}

/**
 * Tools, building what is missing, once for a machine. On two cores it takes about ten minutes for those of every rehearsal,
 * and five for those of real nodes.
 *
 * @param report is told what is being built
 * @param names default: what every rehearsal runs on
 * @throws UserError when one cannot be built
 */
export function ensureTools(report: (line: string) => void): Promise<Tools>;
export function ensureTools<Name extends ToolName>(
  report: (line: string) => void,
  names: readonly Name[],
): Promise<Tools<Name>>;
export function ensureTools(report: (line: string) => void, names: readonly ToolName[] = baseTools) {
  return ensurePrograms(names.map(toolProgram), report);
}

/** Where tools of every rehearsal are built, to see what room is left there. */
export function toolsFolder(): string {
  return buildFolder(toolProgram("kube-apiserver"));
}
