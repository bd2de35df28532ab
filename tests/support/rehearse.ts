import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Result } from "../../rehearsal/run/result";
import { exposures, filesBelow } from "./exposure";

const root = dirname(dirname(__dirname));

/** `npm start` in a world of its own: its scratch folders and what it keeps are below one folder. */
export class World {
  private readonly folder = mkdtempSync(join(tmpdir(), "rehearsal-test-"));

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
    const [scratch = ""] = this.scratches();
    const folder = join(this.folder, scratch);
    const kubeconfigs = readdirSync(folder).filter((name) => name.endsWith(".kubeconfig"));
    return exposures(
      [
        ...filesBelow(join(folder, "state")),
        ...filesBelow(join(folder, "project")),
        ...filesBelow(folder, /\.log$|^account\.json$/),
        { where: "the report", text: readFileSync(this.report, "utf8") },
        { where: "the output", text: ended.output },
        { where: "the result", text: JSON.stringify(ended.result) },
      ],
      kubeconfigs.map((name) => readFileSync(join(folder, name), "utf8")),
    );
  }

  close(): void {
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
