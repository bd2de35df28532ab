import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubeClient } from "../../checks/kube/client";
import { liveLab } from "../../checks/run/live-lab";
import { labOutputs } from "../../checks/run/outputs";
import { runChecks } from "../../checks/run/run";
import { CleanUp } from "../../rehearsal/cli/clean-up";
import { fillMirror, planLab, stackFileOf, withExisting } from "../../rehearsal/cli/lab";
import { openRehearsal } from "../../rehearsal/cli/open";
import { type Options, parseOptions } from "../../rehearsal/cli/options";
import { realNodesFor } from "../../rehearsal/cli/real-nodes";
import type { EngineResult } from "../../rehearsal/engine/engine";
import type { Action } from "../../rehearsal/engine/steps";
import type { Rehearsal } from "../../rehearsal/run/rehearsal";
import { type Surprise, surprises } from "../../rehearsal/run/surprises";
import type { Tools } from "../../rehearsal/tools/tools";

/** An operation with its preview. */
export interface Applied extends EngineResult {
  /** Where it was not as the preview said. */
  readonly surprises: readonly Surprise[];
}

/** A lab on the ground that stays up while a test changes its settings. */
export class RunningLab {
  private constructor(
    private readonly scratch: string,
    private readonly options: Options,
    private readonly rehearsal: Rehearsal,
    private readonly cleanUp: CleanUp,
  ) {}

  /**
   * @param settings as `--config` takes them, laid over those of the stack `stack`
   * @param more further options of the command line
   */
  static async open(
    tools: Tools,
    stack: string,
    settings: readonly string[],
    more: readonly string[] = [],
  ): Promise<RunningLab> {
    const scratch = mkdtempSync(join(tmpdir(), "running-lab-"));
    const options = parseOptions(["--stack", stack, "--speed", "600", ...flags(settings), ...more]);
    const lab = planLab(options, scratch);
    const cleanUp = new CleanUp(scratch);
    const charts = await fillMirror(lab, options, tools, scratch);
    const report = (line: string) => process.stdout.write(`    ${line}\n`);
    const real = await realNodesFor(options, lab.plan, report);
    const rehearsal = await openRehearsal({
      ...{ options, lab, charts, tools, scratch, cleanUp, timelines: {} },
      realNodes: real,
    });
    return new RunningLab(scratch, options, rehearsal, cleanUp);
  }

  get engine() {
    return this.rehearsal.engine;
  }

  get ground() {
    return this.rehearsal.ground;
  }

  get plan() {
    return this.rehearsal.plan;
  }

  /** Other settings besides those that it was opened with; they are for the next operation, and may be wrong. */
  set(...settings: string[]): void {
    const config = [...this.options.config, ...settings];
    const stackFile = stackFileOf({ ...this.options, config }, this.scratch);
    this.engine.set(withExisting(stackFile, this.ground.existing.settings));
  }

  /** An up as a person has it. */
  async up(): Promise<Applied> {
    const announced = await this.engine.preview("up");
    if (announced.result === "failed") return { ...announced, surprises: [] };
    const ended = await this.engine.up();
    return { ...ended, surprises: surprises(announced.steps, ended.steps, ended.result === "succeeded") };
  }

  /** Checks that fail, in words. */
  async failing(): Promise<string[]> {
    const checks = await runChecks(liveLab(labOutputs(await this.engine.outputs())));
    return checks
      .filter(({ status }) => status === "fail")
      .map(({ id, cluster, detail }) => `${id} ${cluster}: ${detail}`);
  }

  /** The API of a cluster, with a user's rights. */
  async kube(cluster: string): Promise<KubeClient> {
    const { kubeconfigs } = await this.engine.outputs();
    return new KubeClient(kubeconfigs?.value[cluster]);
  }

  /** Leaves nothing. */
  async close(): Promise<void> {
    await this.cleanUp.run();
    rmSync(this.scratch, { recursive: true, force: true });
  }
}

/** What of a type became of what, as `type::name`: everything but what is the same or read. */
export function changesIn({ steps }: EngineResult): Record<Exclude<Action, "same" | "read">, string[]> {
  const changes = { create: [], update: [], replace: [], delete: [] } as Record<string, string[]>;
  for (const [urn, { action }] of steps) {
    const [, , types = "", name = ""] = urn.split("::");
    changes[action]?.push(`${types.split("$").at(-1)}::${name}`);
  }
  return changes;
}

function flags(settings: readonly string[]): string[] {
  return settings.flatMap((each) => ["--config", each]);
}
