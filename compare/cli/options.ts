import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type BackendName, backendNames } from "../../components/backends/profiles";
import { didYouMean } from "../../components/base/config-mistakes";
import { UserError } from "../../rehearsal/base/user-error";
import { type NodeChoice, nodeChoices } from "../../rehearsal/cli/node-kind";

/** What was asked for on the command line. */
export interface Options {
  readonly stack: string;
  /** `key=value` pairs laid over the stack's configuration. */
  readonly config: readonly string[];
  /** The backends to compare, in the order in which documents list them. */
  readonly backends: readonly BackendName[];
  /** Whether each is rehearsed. */
  readonly rehearse: boolean;
  /** Whether each is measured in its rehearsal. */
  readonly measure: boolean;
  /** Whether the lab that is up is measured, in the place of rehearsals. */
  readonly running: boolean;
  /** File with the outputs of that lab. Default: those of the stack are asked for. */
  readonly outputs: string | undefined;
  /** Whether pods run in rehearsals, as `npm start` takes it. */
  readonly nodes: NodeChoice;
  /** File for the comparison as JSON; `-` for standard output, which then has nothing else. */
  readonly json: string | undefined;
  /** File for a page. */
  readonly html: string | undefined;
  readonly help: boolean;
}

/** What `--help` says. */
export const usage = `npm run compare -- [options]    put the backends side by side, on the settings of a stack

  --stack NAME          stack with the settings, from stacks/ (default: dev); its backend is not looked at
  --config KEY=VALUE    lay a setting over the stack's; KEY may be a path like nodes.desired; repeatable
  --backends LIST       only these: ${backendNames.join(",")}
  --rehearse            rehearse each as npm start does, one after the other: two minutes and more each
  --measure             rehearse each on real nodes and measure it there: latency, bytes, Redis, and what the backend takes; ten
                        minutes each, on a machine that does nothing else. A backend
                        whose pods cannot run here is not measured
  --running             with --measure: no rehearsal, but the lab of the stack that is up, on AWS or on clusters that were there
  --outputs FILE        with --running: its outputs, as a kept rehearsal writes them, or
                        pulumi stack output --json --show-secrets
  --nodes WHICH         in rehearsals: simulated (default), real, or auto for real where it can be had; real ones send
                        packets, and need root
  --json FILE           write the comparison as JSON; - for standard output
  --html FILE           write it as a page with charts

Nothing is built, and no account is asked, but for --running. Exit codes: 0 compared, 1 a rehearsal went wrong, 2 could not compare.`;

/** @throws UserError naming the option that is wrong */
export function parseOptions(argv: readonly string[]): Options {
  const { stack, config, backends, measure, running, outputs, json, html, help, ...given } = parse(argv);
  if (running && !measure) throw new UserError("--running is for measuring: add --measure, or leave it out.");
  if (running && given.rehearse) throw new UserError("--running measures what is up: leave --rehearse out.");
  if (running && given.nodes) throw new UserError("--nodes is for rehearsals: leave it out with --running.");
  if (outputs !== undefined && !running)
    throw new UserError("--outputs is of a lab that is up: add --measure --running.");
  const rehearse = given.rehearse || (measure && !running);
  if (json !== "-") inFolder("--json", json);
  inFolder("--html", html);
  const nodes = nodesOf(given.nodes, { rehearse, measure });
  return { stack, config, backends: chosen(backends), rehearse, measure, running, outputs, nodes, json, html, help };
}

function nodesOf(given: string | undefined, { rehearse, measure }: Pick<Options, "rehearse" | "measure">): NodeChoice {
  if (given === undefined) return measure ? "auto" : "simulated";
  if (measure && given === "simulated") throw new UserError("--measure is for real nodes: leave --nodes out.");
  if (!rehearse) throw new UserError("--nodes is for rehearsals: add --rehearse, or leave it out.");
  const choice = nodeChoices.find((each) => each === given);
  if (!choice) throw new UserError(`--nodes ${given}: choose among ${nodeChoices.join(", ")}.`);
  return choice;
}

/** Better to hear before rehearsals than after them that their result can go nowhere. */
function inFolder(option: string, file: string | undefined): void {
  if (file === undefined) return;
  const folder = dirname(resolve(file));
  if (!existsSync(folder)) throw new UserError(`${option} ${file}: there is no folder ${folder}; make it first.`);
}

function chosen(list: string | undefined): readonly BackendName[] {
  if (list === undefined) return backendNames;
  const wanted = list.split(",").filter((name) => name !== "");
  const unknown = wanted.filter((name) => !backendNames.includes(name as BackendName));
  if (unknown.length > 0 || wanted.length === 0) {
    const meant = didYouMean(unknown[0] ?? "", backendNames);
    const hint = meant ? `did you mean ${meant}?` : `choose among ${backendNames.join(", ")}.`;
    throw new UserError(`--backends ${unknown.join(",")}: ${hint}`);
  }
  return backendNames.filter((name) => wanted.includes(name));
}

function parse(argv: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...argv],
      allowPositionals: false,
      options: {
        stack: { type: "string", default: "dev" },
        config: { type: "string", multiple: true, default: [] },
        backends: { type: "string" },
        rehearse: { type: "boolean", default: false },
        measure: { type: "boolean", default: false },
        running: { type: "boolean", default: false },
        outputs: { type: "string" },
        nodes: { type: "string" },
        json: { type: "string" },
        html: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    return values;
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}
