import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Props } from "../../base/operations";

/** Which release of which cluster. */
export interface ReleaseRef {
  readonly name: string;
  readonly namespace: string;
  readonly kubeconfig: string;
}

/** A release as `helm list` shows it. */
export interface Listed {
  readonly name: string;
  readonly namespace: string;
  readonly revision: string;
  readonly status: string;
  /** Name and version, joined by a hyphen. */
  readonly chart: string;
  readonly app_version: string;
}

/** Helm said no; the message is its own, without values. */
export class HelmError extends Error {}

/** Providers run in the project's folder, and paths of post-renderers begin there. */
const projectFolder = join(__dirname, "../../..");

/** The real helm command, with caches of its own. */
export class Helm {
  constructor(
    private readonly command: string,
    private readonly scratch: string,
  ) {}

  /** Installs or upgrades, with values that no one else gets to see. */
  async apply(
    verb: "install" | "upgrade",
    ref: ReleaseRef,
    chart: string,
    values: Props,
    flags: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    await this.run(ref, [verb, ref.name, chart, ...flags], { signal, values });
  }

  async uninstall(ref: ReleaseRef, flags: readonly string[], signal: AbortSignal): Promise<void> {
    await this.run(ref, ["uninstall", ref.name, "--ignore-not-found", ...flags], { signal });
  }

  /** Undefined when there is no such release, in whatever state. */
  async find(ref: ReleaseRef): Promise<Listed | undefined> {
    const filter = `^${ref.name.replace(/[.]/g, "\\.")}$`;
    const [found] = JSON.parse(
      await this.run(ref, ["list", "--all", "--filter", filter, "--output", "json"]),
    ) as Listed[];
    return found;
  }

  /** The values that the release was given, without the chart's own. */
  async values(ref: ReleaseRef): Promise<Props> {
    return (JSON.parse(await this.run(ref, ["get", "values", ref.name, "--output", "json"])) as Props | null) ?? {};
  }

  private async run(
    ref: ReleaseRef,
    args: readonly string[],
    { signal, values }: { signal?: AbortSignal; values?: Props } = {},
  ): Promise<string> {
    await mkdir(this.scratch, { recursive: true });
    // mkdtemp gives a folder that only its owner can enter.
    const folder = await mkdtemp(join(this.scratch, "helm-"));
    try {
      const write = async (name: string, text: string) => {
        const path = join(folder, name);
        await writeFile(path, text, { mode: 0o600 });
        return path;
      };
      const kubeconfig = await write("kubeconfig", ref.kubeconfig);
      const given = values ? ["--values", await write("values.json", JSON.stringify(values))] : [];
      const all = [...args, ...given, "--namespace", ref.namespace, "--kubeconfig", kubeconfig];
      return await this.spawned(all, folder, values ?? {}, signal);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  private spawned(args: readonly string[], folder: string, values: Props, signal?: AbortSignal): Promise<string> {
    const home = (name: string) => join(this.scratch, "helm-home", name);
    const env = {
      ...process.env,
      HELM_CACHE_HOME: home("cache"),
      HELM_CONFIG_HOME: home("config"),
      HELM_DATA_HOME: home("data"),
    };
    return new Promise((resolve, reject) => {
      const child = spawn(this.command, args, { cwd: projectFolder, env, stdio: ["ignore", "pipe", "pipe"] });
      // Told to end, helm marks the release as failed; killed, it would leave it pending for good.
      const end = () => child.kill("SIGTERM");
      if (signal?.aborted) end();
      signal?.addEventListener("abort", end);
      let [stdout, stderr] = ["", ""];
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        stdout += text;
      });
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        stderr += text;
      });
      child.on("error", (error) => reject(new Error(`helm does not run: ${error.message}`)));
      child.on("close", (code) => {
        signal?.removeEventListener("abort", end);
        if (code === 0) resolve(stdout);
        else reject(new HelmError(withoutValues(lastError(stderr).replaceAll(folder, ""), values)));
      });
    });
  }
}

function lastError(stderr: string): string {
  const at = stderr.lastIndexOf("Error: ");
  return (at < 0 ? stderr : stderr.slice(at + "Error: ".length)).trim() || "helm ended without a word";
}

/** Values may be secret and charts may quote them. Short ones are words like `true` or a port, and are left. */
export function withoutValues(message: string, values: unknown): string {
  const texts = leaves(values).filter((text) => text.length >= 8);
  const secrets = texts.flatMap((text) => [
    text,
    Buffer.from(text).toString("base64"),
    JSON.stringify(text).slice(1, -1),
  ]);
  // Longest first, so that no part of a longer one is left.
  return [...new Set(secrets)]
    .sort((a, b) => b.length - a.length)
    .reduce((text, secret) => text.replaceAll(secret, "[value]"), message);
}

function leaves(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(leaves);
  return [];
}
