import { statSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { stepsOfRotation } from "../../components/base/generations";
import { parseQuotas, type Quotas } from "../aws/account/quotas";
import { sizeText } from "../base/machine";
import { UserError } from "../base/user-error";
import { type Fault, faultForms, parseFault } from "../faults/fault";
import { chartSources } from "../ground/source-charts";
import { baseTools, requiredGo } from "../tools/recipes";
import { type NodeChoice, nodeChoices } from "./node-kind";
import { buildDiskNeeded, memoryNeeded } from "./preflight";

/** Packages that can be left to the engine's own plugins; AWS is always emulated. */
const replaceable = ["tls", "kubernetes", "eks"] as const;
/** Name of one of them. */
export type ReplaceablePackage = (typeof replaceable)[number];

/** What was asked for on the command line. */
export interface Options {
  readonly stack: string;
  /** `key=value` pairs laid over the stack's configuration. */
  readonly config: readonly string[];
  /** `key=value` pairs, each a change of the lab when it is up. */
  readonly changes: readonly string[];
  /** `packed`, `upstream`, or a folder of NAME-VERSION.tgz files. */
  readonly charts: string;
  /** Whether pods run: `simulated`, `real`, or `auto` for real where this machine can have them. */
  readonly nodes: NodeChoice;
  /** Folder of archives with images for real nodes. */
  readonly images: string | undefined;
  /** Packages for which the engine's own plugin is used. */
  readonly plugins: readonly ReplaceablePackage[];
  /** Whether the lab is measured when it has been checked, for the comparison. */
  readonly measure: boolean;
  /** Stop after the checks and leave everything running. */
  readonly keep: boolean;
  /** End what an earlier run kept. */
  readonly down: boolean;
  /** Where to write the result. */
  readonly json: string | undefined;
  /** What is to go wrong. */
  readonly faults: readonly Fault[];
  /** Quotas of the account that are not what a new one has. */
  readonly quotas: Partial<Quotas>;
  /** Where to write the report; undefined for a file named after the stack in the folder `reports`. */
  readonly report: string | undefined;
  /** Whether the report is opened. */
  readonly open: boolean;
  /** AWS seconds in a real second of waiting. */
  readonly speed: number;
  readonly help: boolean;
}

/** What `--help` says. */
export const usage = `npm start -- [options]      rehearse the lab on this machine, without an AWS account

  --stack NAME          stack to rehearse, from stacks/ (default: dev)
  --config KEY=VALUE    lay a setting over the stack's; KEY may be a path like nodes.desired; repeatable
  --then KEY=VALUE      when the lab is up and checked, change this setting, up again and check again; repeatable, in order
  --rotate              the same with every step of the rotation of the root, after what --then asks for
  --charts WHICH        packed (default): real ones of ${Object.keys(chartSources).join(" and ")}, from their Go modules, and small ones of this
                        project for the others; upstream: each backend's own repository; or a folder of
                        NAME-VERSION.tgz files
  --nodes WHICH         simulated (default): pods only seem to run; real: kubelets run them in network namespaces, which
                        needs root; auto: real where this machine can
  --images DIR          with real nodes: take images from the OCI or docker archives (*.tar) in a folder before any
                        registry
  --plugins LIST        use the engine's own plugins for these: ${replaceable.join(",")}; the user's where there are
                        some; no fault reaches them
  --measure             with real nodes: measure calls, bytes and what the backend takes, four minutes or so; the result
                        is in --json, and npm run compare -- --measure puts all backends side by side
  --keep                stop after the checks, also when something failed; prints a KUBECONFIG
  --down                end what --keep left running; with --keep it stays when it cannot be taken down
  --report FILE         where to write the report (default: reports/rehearsal-NAME.html)
  --open                open the report when it is written
  --json FILE           write the result as JSON
  --fault FAULT         let something go wrong, and go on as a user would; repeatable:
${faultForms.map((line) => `                          ${line}`).join("\n")}
  --quota NAME=N        a quota of the account, as if it had been raised; repeatable; e.g. vpcs=10
  --speed N             AWS seconds in one second of waiting (default: 60)

What fails without --keep leaves logs in reports/failed-NAME-TIME/.
It needs Linux and ${sizeText(memoryNeeded(2))} of free memory for two clusters. Its tools are fetched once, from their releases or a mirror
(MULTICLUSTER_LAB_MIRROR). Where neither answers Go ${requiredGo()} builds them: about ten minutes on two cores and ${sizeText(buildDiskNeeded(baseTools.length))} of
disk.`;

/** @throws UserError naming the option that is wrong */
export function parseOptions(argv: readonly string[]): Options {
  const { values } = parse(argv);
  const speed = Number(values.speed);
  if (!(speed > 0 && speed <= 10_000)) throw new UserError(`--speed ${values.speed}: give a number from 1 to 10000.`);
  const plugins = (values.plugins ?? "").split(",").filter((name) => name !== "");
  const unknown = plugins.filter((name) => !(replaceable as readonly string[]).includes(name));
  if (unknown.length > 0) {
    throw new UserError(
      `--plugins ${unknown.join(",")}: choose among ${replaceable.join(", ")}; aws is always emulated.`,
    );
  }
  const nodes = nodeChoices.find((each) => each === values.nodes);
  if (!nodes) throw new UserError(`--nodes ${values.nodes}: choose among ${nodeChoices.join(", ")}.`);
  if (nodes !== "simulated" && plugins.includes("kubernetes")) {
    throw new UserError(
      "--plugins kubernetes: with real nodes API servers are behind a proxy that the engine's own plugin does not know; " +
        "leave one of the two out.",
    );
  }
  return {
    stack: values.stack,
    config: values.config,
    changes: [...values.then, ...(values.rotate ? rotation(values.config) : [])],
    charts: values.charts,
    nodes,
    images: imagesFolder(values.images, nodes),
    plugins: plugins as ReplaceablePackage[],
    measure: measureOf(values.measure, nodes),
    keep: values.keep,
    down: values.down,
    json: values.json,
    faults: values.fault.map(parseFault),
    quotas: parseQuotas(values.quota),
    report: values.report,
    open: values.open,
    speed,
    help: values.help,
  };
}

/** The steps as changes, from where `--config` has the lab begin. */
function rotation(config: readonly string[]): string[] {
  const key = "trust.generation=";
  const step = config.findLast((each) => each.startsWith(key))?.slice(key.length) ?? "1";
  return stepsOfRotation(step).map((each) => `${key}${each}`);
}

function measureOf(measure: boolean, nodes: NodeChoice): boolean {
  if (measure && nodes === "simulated") {
    throw new UserError("--measure is for real nodes: add --nodes real, or leave it out.");
  }
  return measure;
}

function imagesFolder(folder: string | undefined, nodes: NodeChoice): string | undefined {
  if (folder === undefined) return undefined;
  if (nodes === "simulated") throw new UserError("--images is for real nodes: add --nodes real, or leave it out.");
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UserError(`--images ${folder}: give a folder of OCI or docker archives.`);
  }
  return resolve(folder);
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: false,
      options: {
        stack: { type: "string", default: "dev" },
        config: { type: "string", multiple: true, default: [] },
        // biome-ignore lint/suspicious/noThenProperty: the option's name, and nothing awaits this
        then: { type: "string", multiple: true, default: [] },
        rotate: { type: "boolean", default: false },
        charts: { type: "string", default: "packed" },
        nodes: { type: "string", default: "simulated" },
        images: { type: "string" },
        plugins: { type: "string" },
        measure: { type: "boolean", default: false },
        keep: { type: "boolean", default: false },
        down: { type: "boolean", default: false },
        json: { type: "string" },
        fault: { type: "string", multiple: true, default: [] },
        quota: { type: "string", multiple: true, default: [] },
        report: { type: "string" },
        open: { type: "boolean", default: false },
        speed: { type: "string", default: "60" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}
