/** What `--keep` left running, so that `--down` finds it. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { logsFolder } from "../base/log-file";
import { controlPlaneName } from "../existing/names";
import type { Rehearsal } from "../run/rehearsal";
import type { Result } from "../run/result";
import type { Timelines } from "../run/timeline";
import { writeOutputs } from "./kept-outputs";
import { lookLines } from "./look";
import type { Options } from "./options";

/** A lab that stands, or what there is of one that failed. */
export interface KeptLab {
  readonly scratch: string;
  /** With which it was built. */
  readonly options: Options;
  readonly result: Result;
  readonly timelines: Timelines;
}

const file = join(process.env.XDG_STATE_HOME || join(homedir(), ".local", "state"), "multicluster-lab", "kept.json");

/** Undefined when nothing is kept. */
export function readKeptLab(): KeptLab | undefined {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

/** Notes that the lab in a folder is not kept any more; another one may be. */
export function forgetKeptLab(scratch: string): void {
  if (readKeptLab()?.scratch === scratch) rmSync(file, { force: true });
}

/**
 * Lets everything run on and notes where it is.
 *
 * @returns how to reach it, for a person at a terminal
 */
export async function keepLab(
  { engine, ground, plan, timelines }: Rehearsal,
  { scratch, options, result }: Pick<KeptLab, "scratch" | "options" | "result">,
): Promise<string> {
  await ground.detach();
  const kept: KeptLab = { scratch, options, result, timelines };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(kept), { mode: 0o600 });
  // One that failed may lack some.
  const planes = plan.clusters.flatMap((cluster) => {
    const plane = ground.controlPlanes.get(controlPlaneName(cluster));
    return plane ? [{ ...plane, cluster: cluster.name }] : [];
  });
  const files = planes.map(({ name, kubeconfig }) => {
    const path = join(scratch, `${name}.kubeconfig`);
    writeFileSync(path, kubeconfig, { mode: 0o600 });
    return path;
  });
  const outputs = join(scratch, "outputs.json");
  const kubeconfigs = Object.fromEntries(planes.map(({ cluster, kubeconfig }) => [cluster, kubeconfig]));
  const verifiable = writeOutputs(outputs, await engine.outputs(), kubeconfigs);
  return [
    "",
    ...(planes.length > 0
      ? [
          "The clusters keep running; their load balancers and nodes stay as they are.",
          `  export KUBECONFIG=${files.join(":")}`,
          `  kubectl config use-context ${planes[0]?.name}`,
          ...lookLines(plan, result),
          ...(verifiable ? [`  npm run verify -- --outputs ${outputs}`] : []),
        ]
      : ["There is no cluster yet."]),
    `  ${logsFolder(scratch)}      logs of the engine, the providers and controllers`,
    "  npm start -- --down      takes the lab down",
    "",
  ].join("\n");
}
