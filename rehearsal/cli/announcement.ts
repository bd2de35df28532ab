/** What a rehearsal will do and take, said before it begins, and what comes next, said when it has ended. */
import { backendProfiles } from "../../components/backends/profiles";
import { isEks } from "../../components/config/cluster";
import type { LabPlan } from "../../components/lab/plan";
import { sizeText } from "../base/machine";
import type { NodeKind } from "./node-kind";
import type { Options } from "./options";
import { type Machine, memoryNeeded } from "./preflight";

/** Measured with two clusters on two cores, in minutes: the stack dev, and with real nodes. */
const minutes: Readonly<Record<NodeKind, number>> = { simulated: 2, real: 4 };

/** Measured on two cores: eight tools in ten minutes, and ten others in five. */
const minutesToBuild = { base: 10 / 8, ofNodes: 0.5 };

/** Lines about a rehearsal that is about to begin. */
export function announcement(
  plan: Pick<LabPlan, "clusters" | "config">,
  { options, machine, nodes }: { readonly options: Options; readonly machine: Machine; readonly nodes: NodeKind },
): string[] {
  const clusters = plan.clusters.map((cluster) => `${cluster.name} (${placeOf(cluster)})`).join(", ");
  const memory = memoryNeeded(plan.clusters.length, nodes);
  return [
    `rehearsal of stack ${options.stack}: ${backendProfiles[plan.config.backend].title} on ${clusters}, ${nodes} nodes`,
    `  steps    ${steps(options).join(", ")}; nothing of it is on AWS`,
    ...missing(machine).map((line) => `  missing  ${line}`),
    `  time     ${timeText(machine, nodes)}`,
    `  memory   ${sizeText(memory)} of the ${sizeText(machine.memory)} that are free`,
  ];
}

/** Lines with three commands that come next, after a rehearsal that went well. */
export function nextCommands({ stack }: Pick<Options, "stack">): string[] {
  const same = stack === "dev" ? "" : ` --stack ${stack}`;
  const commands: readonly (readonly [command: string, what: string])[] = [
    [`npm start --${same} --keep`, "the same, and it stays: look around with kubectl"],
    [`npm run compare${same && ` --${same}`}`, "all backends side by side, on these settings"],
    ["pulumi up", "build it on AWS, or on clusters that you have (README.md)"],
  ];
  const width = Math.max(...commands.map(([command]) => command.length));
  return ["", "next:", ...commands.map(([command, what]) => `  ${command.padEnd(width)}  ${what}`)];
}

function timeText({ builtTools, builtNodeTools, fetchedTools }: Machine, nodes: NodeKind): string {
  const before = [
    ...(builtTools.length + builtNodeTools.length + fetchedTools > 0 ? ["what is missing"] : []),
    ...(nodes === "real" ? ["once, images where no registry answers (about ten minutes)"] : []),
  ];
  const first = before.length > 0 ? `, and before that ${before.join(" and, ")}` : "";
  return `about ${minutes[nodes]} minutes with two clusters on two cores${first}`;
}

function placeOf(cluster: LabPlan["clusters"][number]): string {
  return isEks(cluster) ? cluster.region : "there already";
}

function steps({ keep, measure, changes }: Options): string[] {
  return [
    "up",
    "checks",
    ...(measure ? ["measurement"] : []),
    ...changes.map((change) => `${change}, checks`),
    ...(keep ? ["and it stays"] : ["a second up, which must change nothing", "destroy, which must leave nothing"]),
  ];
}

function missing({ fetchedTools, builtTools, builtNodeTools, silentSites }: Machine): string[] {
  const built = [...builtTools, ...builtNodeTools];
  const time = Math.ceil(builtTools.length * minutesToBuild.base + builtNodeTools.length * minutesToBuild.ofNodes);
  const why = silentSites.length > 0 ? `, since no answer came from ${silentSites.join(", ")}` : "";
  return [
    ...(fetchedTools > 0 ? [`${fetchedTools} tools, which are fetched once`] : []),
    ...(built.length > 0 ? [`${built.join(", ")}, built once in about ${time} minutes on two cores${why}`] : []),
  ];
}
