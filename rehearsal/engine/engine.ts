/** The real Pulumi engine, driven through its Automation API on a scratch copy of the project. */
import { randomBytes } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as automation from "@pulumi/pulumi/automation";
import { stringify } from "yaml";
import { endProcessesBelow } from "../base/processes";

import type { StackFile } from "./stack-file";
import { type Deployment, madeLocally, restoreCheckpoint, type StateResource } from "./state";

export interface EngineArgs {
  /** The pulumi binary. */
  readonly pulumi: string;
  /** The project's folder. */
  readonly root: string;
  /** Folder of this run: holds state, logs and the stack file with its overrides. */
  readonly scratch: string;
  readonly stack: string;
  readonly stackFile: StackFile;
  /** The program's function. */
  readonly program: automation.PulumiFn;
  /** Ports of the attached providers by package. */
  readonly providers: Readonly<Record<string, number>>;
  /** Folders put before PATH, for what plugins start. */
  readonly path: readonly string[];
}

/**
 * Operations at once. Pulumi takes four for each processor it finds, and with the eight of two processors node groups queue
 * behind Services: how long AWS takes should not depend on this machine. This is what it takes on eight.
 */
const parallel = 32;

/** How an operation of the engine ended. */
export interface EngineResult {
  readonly result: "succeeded" | "failed";
  /** Seconds of real time. */
  readonly seconds: number;
  /** Resources created, updated, replaced or deleted. */
  readonly changes: number;
  /** The engine's own words about what went wrong. */
  readonly errors: readonly string[];
}

/** One stack in a scratch folder, with a file backend of its own. */
export class Engine {
  private constructor(
    private readonly stack: automation.Stack,
    private readonly work: string,
    private readonly pulumi: string,
    private readonly checkpoint: string,
  ) {}

  static async open(args: EngineArgs): Promise<Engine> {
    const work = join(args.scratch, "project");
    const state = join(args.scratch, "state");
    for (const folder of [join(work, "stacks"), state]) mkdirSync(folder, { recursive: true });
    cpSync(join(args.root, "Pulumi.yaml"), join(work, "Pulumi.yaml"));
    // The engine writes a salt into the file it works with: never the repository's, and only once.
    const settings = join(work, "stacks", `Pulumi.${args.stack}.yaml`);
    if (!existsSync(settings)) writeFileSync(settings, stringify({ config: args.stackFile.settings }));
    const stack = await automation.LocalWorkspace.createOrSelectStack(
      { stackName: args.stack, projectName: args.stackFile.project, program: args.program },
      {
        workDir: work,
        pulumiHome: join(args.scratch, "pulumi"),
        pulumiCommand: await automation.PulumiCommand.get({ root: dirname(dirname(args.pulumi)) }),
        envVars: {
          PULUMI_BACKEND_URL: `file://${state}`,
          PULUMI_CONFIG_PASSPHRASE: passphrase(args.scratch),
          PULUMI_SKIP_UPDATE_CHECK: "true",
          PULUMI_DEBUG_PROVIDERS: Object.entries(args.providers)
            .map(([name, port]) => `${name}:${port}`)
            .join(","),
          PATH: [...args.path, process.env.PATH ?? ""].join(":"),
        },
      },
    );
    const checkpoint = join(state, ".pulumi", "stacks", args.stackFile.project, `${args.stack}.json`);
    return new Engine(stack, work, args.pulumi, checkpoint);
  }

  up(): Promise<EngineResult> {
    return this.run((onEvent) => this.stack.up({ onEvent, suppressProgress: true, parallel }));
  }

  refresh(): Promise<EngineResult> {
    return this.run((onEvent) => this.stack.refresh({ onEvent, suppressProgress: true, parallel }));
  }

  destroy(): Promise<EngineResult> {
    return this.run((onEvent) => this.stack.destroy({ onEvent, suppressProgress: true, parallel }));
  }

  /** Ends the engine at once, as a crash would: what is under way is not noted in the state. */
  kill(): void {
    // Links resolved, as the kernel names it: one that was found on PATH may be a link.
    endProcessesBelow(this.work, realpathSync(this.pulumi));
  }

  /**
   * What a user does after a crash: releases the lock, and puts what was being made into the state, under the id that AWS
   * shows, so that it is neither made a second time nor forgotten. A refresh then reads what has become of everything.
   *
   * @param idOf the id of what a resource's creation made, if it made something
   */
  async recover(idOf: (urn: string) => string | undefined): Promise<EngineResult> {
    restoreCheckpoint(this.checkpoint);
    await this.stack.cancel();
    const exported = await this.stack.exportStack();
    const { pending_operations: pending = [], ...deployment } = exported.deployment as Deployment;
    const made = pending.flatMap(({ type, resource }) => {
      const id = type === "creating" && !madeLocally(resource.type) ? idOf(resource.urn) : undefined;
      return id ? [{ ...resource, id, outputs: { ...resource.inputs, id } }] : [];
    });
    await this.stack.importStack({
      ...exported,
      deployment: { ...deployment, resources: [...(deployment.resources ?? []), ...made] },
    });
    return this.refresh();
  }

  outputs(): Promise<automation.OutputMap> {
    return this.stack.outputs();
  }

  /** The resources in the state, dependencies before dependents. */
  async resources(): Promise<StateResource[]> {
    const { deployment } = await this.stack.exportStack();
    return deployment?.resources ?? [];
  }

  private async run(
    operation: (onEvent: (event: automation.EngineEvent) => void) => Promise<unknown>,
  ): Promise<EngineResult> {
    const start = performance.now();
    const errors: string[] = [];
    let changes = 0;
    const onEvent = (event: automation.EngineEvent) => {
      const { diagnosticEvent, resOutputsEvent } = event;
      if (diagnosticEvent?.severity === "error") errors.push(describe(diagnosticEvent));
      if (resOutputsEvent && changing.has(resOutputsEvent.metadata.op)) changes++;
    };
    const seconds = () => Math.round((performance.now() - start) / 100) / 10;
    try {
      await operation(onEvent);
      return { result: "succeeded", seconds: seconds(), changes, errors };
    } catch (error) {
      if (!(error instanceof automation.CommandError)) throw error;
      return { result: "failed", seconds: seconds(), changes, errors: errors.length > 0 ? errors : [error.message] };
    }
  }
}

const changing = new Set(["create", "update", "delete", "replace", "create-replacement", "delete-replaced"]);

/** The engine marks colours as <{%...%}> in what it reports. */
function describe({ urn, message }: automation.DiagnosticEvent): string {
  const text = message.replace(/<\{%[^%]*%\}>/g, "").trim();
  const name = urn?.split("::").slice(2).join(" ");
  return name ? `${name.split("$").at(-1)}: ${text}` : text;
}

/** Secrets in the scratch state are sealed with a key of this run. */
function passphrase(scratch: string): string {
  const file = join(scratch, "passphrase");
  try {
    return readFileSync(file, "utf8");
  } catch {
    const made = randomBytes(24).toString("base64url");
    writeFileSync(file, made, { mode: 0o600 });
    return made;
  }
}
