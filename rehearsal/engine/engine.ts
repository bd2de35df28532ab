/** The real Pulumi engine, driven through its Automation API on a scratch copy of the project. */
import { randomBytes } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as automation from "@pulumi/pulumi/automation";
import { parse, stringify } from "yaml";
import type { PhaseName } from "../base/phase";
import { endProcessesBelow } from "../base/processes";
import { diagnosticText, EngineLog } from "./log";
import { sharePlugins } from "./own-plugins";
import type { StackFile } from "./stack-file";
import { restoreCheckpoint, type StateResource, secretsIn, withMade } from "./state";
import { type Step, Steps } from "./steps";

/** What the engine is opened with. */
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
  /** Whether the engine serves packages with plugins of its own: then with those that the user has. */
  readonly ownPlugins: boolean;
  /** Is given every event. */
  readonly watch: (event: automation.EngineEvent) => void;
  /** Folders put before PATH, for what plugins start. */
  readonly path: readonly string[];
}

/**
 * Operations at once. Pulumi takes four for each processor it finds, and with the eight of two processors node groups queue
 * behind Services: how long AWS takes should not depend on this machine. This is what it takes on eight.
 */
const parallel = 32;

/** How the engine is listened to. */
interface Told {
  readonly onEvent: (event: automation.EngineEvent) => void;
  readonly onError: (text: string) => void;
}

/** How an operation of the engine ended. */
export interface EngineResult {
  readonly result: "succeeded" | "failed";
  /** Seconds of real time. */
  readonly seconds: number;
  /** Resources created, updated, replaced or deleted. */
  readonly changes: number;
  /** The engine's own words about what went wrong. */
  readonly errors: readonly string[];
  /** What it did to each resource, or in a preview would do, by URN. */
  readonly steps: ReadonlyMap<string, Step>;
}

/** One stack in a scratch folder, with a file backend of its own. */
export class Engine {
  private readonly seenSecrets = new Set<string>();

  private constructor(
    private readonly stack: automation.Stack,
    private readonly work: string,
    private readonly settings: string,
    private readonly pulumi: string,
    private readonly checkpoint: string,
    private readonly log: EngineLog,
    private readonly watch: EngineArgs["watch"],
  ) {}

  static async open(args: EngineArgs): Promise<Engine> {
    const work = join(args.scratch, "project");
    const state = join(args.scratch, "state");
    for (const folder of [join(work, "stacks"), state]) mkdirSync(folder, { recursive: true });
    cpSync(join(args.root, "Pulumi.yaml"), join(work, "Pulumi.yaml"));
    // The engine writes a salt into the file it works with: never the repository's, and only once.
    const settings = join(work, "stacks", `Pulumi.${args.stack}.yaml`);
    if (!existsSync(settings)) writeSettings(settings, args.stackFile);
    const home = join(args.scratch, "pulumi");
    if (args.ownPlugins) sharePlugins(home);
    const stack = await automation.LocalWorkspace.createOrSelectStack(
      { stackName: args.stack, projectName: args.stackFile.project, program: args.program },
      {
        workDir: work,
        pulumiHome: home,
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
    return new Engine(stack, work, settings, args.pulumi, checkpoint, new EngineLog(args.scratch), args.watch);
  }

  /** Other settings from now on, as if a person had edited the stack file. */
  set(stackFile: StackFile): void {
    writeSettings(this.settings, stackFile);
  }

  /** What `up` or `destroy` would do, as they show it to a person before they ask whether to go on. Nothing is done. */
  preview(of: PhaseName): Promise<EngineResult> {
    const options = { suppressProgress: true, parallel };
    return this.run(`preview of ${of}`, (told) =>
      of === "up" ? this.stack.preview({ ...told, ...options }) : this.stack.previewDestroy({ ...told, ...options }),
    );
  }

  up(): Promise<EngineResult> {
    return this.run("up", (told) => this.stack.up({ ...told, suppressProgress: true, parallel }));
  }

  /** A refresh and then an up, in one operation: what it changes is what was not as the program asks for. */
  refreshAndUp(): Promise<EngineResult> {
    return this.run("refresh and up", (told) =>
      this.stack.up({ ...told, refresh: true, suppressProgress: true, parallel }),
    );
  }

  refresh(): Promise<EngineResult> {
    return this.run("refresh", (told) => this.stack.refresh({ ...told, suppressProgress: true, parallel }));
  }

  destroy(): Promise<EngineResult> {
    return this.run("destroy", (told) => this.stack.destroy({ ...told, suppressProgress: true, parallel }));
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
    const exported = await this.export();
    await this.stack.importStack({ ...exported, deployment: withMade(exported.deployment, idOf) });
    return this.refresh();
  }

  outputs(): Promise<automation.OutputMap> {
    return this.stack.outputs();
  }

  /** The resources in the state, dependencies before dependents. */
  async resources(): Promise<StateResource[]> {
    const { deployment } = await this.export();
    return deployment?.resources ?? [];
  }

  /** Values that the state held as secrets whenever it was read. */
  get secrets(): Iterable<string> {
    return this.seenSecrets;
  }

  private async export(): Promise<automation.Deployment> {
    const exported = await this.stack.exportStack();
    for (const secret of secretsIn(exported)) this.seenSecrets.add(secret);
    return exported;
  }

  private async run(name: string, operation: (told: Told) => Promise<unknown>): Promise<EngineResult> {
    const start = performance.now();
    const errors: string[] = [];
    const steps = new Steps();
    let changes = 0;
    const onEvent = (event: automation.EngineEvent) => {
      this.log.event(event);
      this.watch(event);
      const { diagnosticEvent, resOutputsEvent } = event;
      steps.note(event);
      if (diagnosticEvent?.severity === "error") errors.push(diagnosticText(diagnosticEvent));
      if (resOutputsEvent && changing.has(resOutputsEvent.metadata.op)) changes++;
    };
    const seconds = () => Math.round((performance.now() - start) / 100) / 10;
    this.log.note(`${name} begins`);
    try {
      await operation({ onEvent, onError: (text) => this.log.note(`stderr: ${text.trimEnd()}`) });
      this.log.note(`${name} succeeded`);
      return { result: "succeeded", seconds: seconds(), changes, errors, steps: steps.byUrn };
    } catch (error) {
      this.log.note(`${name} failed`);
      if (!(error instanceof automation.CommandError)) throw error;
      const told = errors.length > 0 ? errors : [error.message];
      return { result: "failed", seconds: seconds(), changes, errors: told, steps: steps.byUrn };
    }
  }
}

const changing = new Set(["create", "update", "delete", "replace", "create-replacement", "delete-replaced"]);

/** What the engine wrote into the file stays. */
function writeSettings(file: string, { settings }: StackFile): void {
  const before = existsSync(file) ? parse(readFileSync(file, "utf8")) : {};
  writeFileSync(file, stringify({ ...before, config: settings }));
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
