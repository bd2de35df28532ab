import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { KubeClient } from "../../checks/kube/client";
import type { Item } from "../../rehearsal/aws/account/account";
import { endProcessesBelow } from "../../rehearsal/base/processes";
import type { Result } from "../../rehearsal/run/result";
import { exposures, filesBelow, type Known, secretsIn, type Written } from "./exposure";

const root = dirname(dirname(__dirname));

/** Items of the emulated account that stand for a relation between two others. */
const kindsWithoutTags = ["route-table-association"];

/** Descriptions of what services make for themselves. */
const ofServices = /^(Interface for NAT|ELB |Amazon EKS|EKS created security group)/;

/** `npm start` in a world of its own: its scratch folders and what it keeps are below one folder. */
export class World {
  readonly folder = mkdtempSync(join(tmpdir(), "rehearsal-test-"));

  /** Where it writes its report. */
  readonly report = join(this.folder, "report.html");

  /** Starts it, with an AWS clock that makes nobody wait unless told otherwise; `done` resolves when it has ended. */
  start(...args: string[]): { child: ChildProcess; done: Promise<Ended> } {
    const json = join(this.folder, "result.json");
    const child = spawn(
      process.execPath,
      [
        ...["--import", "tsx", join(root, "rehearsal/cli/main.ts")],
        ...["--json", json, "--report", this.report, "--speed", "600", ...args],
      ],
      {
        cwd: root,
        env: { ...process.env, TMPDIR: this.folder, XDG_STATE_HOME: join(this.folder, "state-home") },
      },
    );
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output += chunk));
    const done = new Promise<Ended>((resolve) =>
      child.on("close", (code) => resolve({ code, output, result: read(json) })),
    );
    return { child, done };
  }

  /** Scratch folders that are there. */
  scratches(): string[] {
    return readdirSync(this.folder).filter((name) => name.startsWith("multicluster-lab-"));
  }

  /** Command lines of processes that belong to this world. */
  processes(): string[] {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
      .map(commandLine)
      .filter((line) => line.includes(this.folder));
  }

  /**
   * Secrets in clear in what a kept rehearsal wrote; see exposures.
   *
   * @param ended how the run that kept it ended
   */
  exposure(ended: Ended): Promise<string[]> {
    const folder = this.scratch;
    const kubeconfigs = readdirSync(folder).filter((name) => name.endsWith(".kubeconfig"));
    return exposures(
      [
        ...filesBelow(join(folder, "state")),
        ...filesBelow(join(folder, "project")),
        ...filesBelow(folder, /\.(log|jsonl)$|^account\.json$/),
        { where: "the report", text: readFileSync(this.report, "utf8") },
        { where: "the output", text: ended.output },
        { where: "the result", text: JSON.stringify(ended.result) },
      ],
      kubeconfigs.map((name) => readFileSync(join(folder, name), "utf8")),
    );
  }

  /** What a rehearsal that failed left to look at: its files, by name. Empty when there is nothing. */
  failureLogs(): Written[] {
    const folder = this.failureFolder();
    return folder === undefined ? [] : filesBelow(join(this.folder, folder));
  }

  /** Name of the folder that it left, if it did. */
  failureFolder(): string | undefined {
    return readdirSync(this.folder).find((name) => name.startsWith("failed-"));
  }

  /** What the Secrets of the clusters hold now. */
  async secrets(): Promise<Known[]> {
    // Clusters come and go while one looks.
    return (await Promise.all(this.kubeconfigs().map((each) => secretsIn(each).catch(() => [])))).flat();
  }

  /** What they hold at any time until a rehearsal has ended. */
  async secretsUntil(done: Promise<unknown>): Promise<Known[]> {
    const known = new Map<string, Known>();
    let running = true;
    done.finally(() => {
      running = false;
    });
    while (running) {
      for (const each of await this.secrets()) known.set(each.forms.join(), each);
      await pause(500);
    }
    return [...known.values()];
  }

  /**
   * What a kept rehearsal has in AWS that lacks one of these tags although AWS would let it have them: not what EC2 and EKS
   * make for themselves, which are a VPC's default group and table, EKS's group and interfaces, and those of NAT gateways
   * and load balancers.
   */
  untagged(tags: Readonly<Record<string, string>>): string[] {
    const { items }: { items: Item[] } = JSON.parse(readFileSync(join(this.scratch, "account.json"), "utf8"));
    return items
      .filter(({ implicit, kind }) => !implicit && !kindsWithoutTags.includes(kind))
      .filter(({ description = "" }) => !ofServices.test(description))
      .filter((item) => Object.entries(tags).some(([name, value]) => item.tags[name] !== value))
      .map(({ kind, id, description }) => `${kind} ${id} (${description})`);
  }

  /** The API of a cluster, by the name of its EKS cluster. */
  kube(cluster: string): KubeClient {
    return new KubeClient(readFileSync(join(this.scratch, `${cluster}.kubeconfig`), "utf8"));
  }

  private kubeconfigs(): string[] {
    try {
      const planes = readFileSync(join(this.scratch, "control-planes", "control-planes.json"), "utf8");
      return JSON.parse(planes).map(({ kubeconfig }: { kubeconfig: string }) => kubeconfig);
    } catch {
      return [];
    }
  }

  /** The scratch folder of the rehearsal that is kept. */
  get scratch(): string {
    const [scratch = ""] = this.scratches();
    return join(this.folder, scratch);
  }

  /** Ends what a test that failed has left, e.g. a lab that was kept. */
  close(): void {
    endProcessesBelow(this.folder);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface Ended {
  readonly code: number | null;
  /** What it wrote, errors included. */
  readonly output: string;
  readonly result: Result | undefined;
}

function read(json: string): Result | undefined {
  try {
    return JSON.parse(readFileSync(json, "utf8"));
  } catch {
    return undefined;
  }
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}
