/**
 * The programs that the rehearsal runs on: found on PATH, in a per-user cache, or built from rehearsal/tools/go.mod,
 * whose versions are the only ones there are.
 */
import { execFile, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { coerce, gte } from "semver";
import { UserError } from "../base/user-error";

const run = promisify(execFile);
const moduleFolder = __dirname;

/** Paths of the programs. */
export type Tools = Readonly<Record<ToolName, string>>;
export type ToolName = keyof typeof recipes;

interface Recipe {
  /** Go package to build. */
  readonly package: string;
  /** Module whose version in go.mod is the tool's. */
  readonly module: string;
  /** Linker variables that carry the version (given without and with its v); the Go build sets none by itself. */
  readonly stamp: (version: string) => readonly string[];
  /** Arguments that print the version; a tool on PATH counts only in just this one. */
  readonly version: readonly string[];
}

const kubernetes = (name: string): Recipe => ({
  package: `k8s.io/kubernetes/cmd/${name}`,
  module: "k8s.io/kubernetes",
  stamp: (version) => {
    const [major, minor] = version.slice(1).split(".");
    return ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"].flatMap((at) => [
      `${at}.gitVersion=${version}`,
      `${at}.gitMajor=${major}`,
      `${at}.gitMinor=${minor}`,
    ]);
  },
  version: ["--version"],
});

const kwok = (name: string): Recipe => ({
  package: `sigs.k8s.io/kwok/cmd/${name}`,
  module: "sigs.k8s.io/kwok",
  stamp: (version) => [`sigs.k8s.io/kwok/pkg/consts.Version=${version}`],
  version: ["--version"],
});

const recipes = {
  pulumi: {
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    module: "github.com/pulumi/pulumi/sdk/v3",
    stamp: (version) => [`github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${version}`],
    version: ["version"],
  },
  helm: {
    package: "helm.sh/helm/v3/cmd/helm",
    module: "helm.sh/helm/v3",
    stamp: (version) => [`helm.sh/helm/v3/internal/version.version=${version}`],
    version: ["version", "--short"],
  },
  etcd: {
    package: "go.etcd.io/etcd/server/v3",
    module: "go.etcd.io/etcd/server/v3",
    stamp: () => [],
    version: ["--version"],
  },
  "kube-apiserver": kubernetes("kube-apiserver"),
  "kube-controller-manager": kubernetes("kube-controller-manager"),
  "kube-scheduler": kubernetes("kube-scheduler"),
  kwok: kwok("kwok"),
  kwokctl: kwok("kwokctl"),
} as const satisfies Record<string, Recipe>;

const toolNames = Object.keys(recipes) as ToolName[];

/** Version of a module in the text of a go.mod, e.g. `v1.36.1`. */
export function pinnedVersion(goMod: string, module: string): string {
  const escaped = module.replace(/[.]/g, "\\.");
  const version = new RegExp(`^\\s*${escaped} (v\\S+)`, "m").exec(goMod)?.[1];
  if (!version) throw new Error(`go.mod does not pin ${module}`);
  return version;
}

/** The version of a tool that this project runs on, e.g. `v1.36.1`. */
export function toolVersion(name: ToolName): string {
  return pinnedVersion(readFileSync(join(moduleFolder, "go.mod"), "utf8"), recipes[name].module);
}

/** Folder of the cache: another one as soon as any version, flag or the platform changes. */
export function cacheFolder(goMod: string, goSum: string, env: NodeJS.ProcessEnv = process.env): string {
  const flags = toolNames.flatMap((name) => recipes[name].stamp("v0.0.0"));
  const key = createHash("sha256")
    .update([goMod, goSum, ...flags, process.platform, process.arch].join("\n"))
    .digest("hex")
    .slice(0, 16);
  return join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "multicluster-lab", `tools-${key}`);
}

/**
 * All tools, building what is missing: about ten minutes on two cores for all of them, once.
 *
 * @param report is told what is being built
 * @throws UserError when something is missing and cannot be built
 */
export async function ensureTools(report: (line: string) => void): Promise<Tools> {
  const goMod = readFileSync(join(moduleFolder, "go.mod"), "utf8");
  // The Automation API looks for the engine in a folder called bin.
  const bin = join(cacheFolder(goMod, readFileSync(join(moduleFolder, "go.sum"), "utf8")), "bin");
  const found = toolNames.map((name) => ({ name, path: locate(name, bin, goMod) }));
  const missing = found.flatMap(({ name, path }) => (path ? [] : [name]));
  if (missing.length > 0) {
    const reason = cannotBuild();
    if (reason) throw new UserError(`The rehearsal needs ${missing.join(", ")}: ${reason}`);
    mkdirSync(bin, { recursive: true });
    for (const [index, name] of missing.entries()) {
      report(`building ${name} (${index + 1} of ${missing.length}, once for this machine)`);
      await build(name, bin, goMod);
    }
  }
  return Object.fromEntries(found.map(({ name, path }) => [name, path ?? join(bin, name)])) as Tools;
}

/** Why the tools cannot be had on this machine, or undefined when they can. */
export function toolsAvailable(): string | undefined {
  const goMod = readFileSync(join(moduleFolder, "go.mod"), "utf8");
  const bin = join(cacheFolder(goMod, readFileSync(join(moduleFolder, "go.sum"), "utf8")), "bin");
  return toolNames.every((name) => locate(name, bin, goMod)) ? undefined : cannotBuild();
}

function locate(name: ToolName, bin: string, goMod: string): string | undefined {
  const cached = join(bin, name);
  if (existsSync(cached)) return cached;
  // The engine is only taken from a folder of the Automation API's liking.
  const folders = (process.env.PATH ?? "").split(":").filter((folder) => name !== "pulumi" || folder.endsWith("/bin"));
  const version = pinnedVersion(goMod, recipes[name].module).slice(1);
  return folders
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path) && printsVersion(path, recipes[name].version, version));
}

function printsVersion(path: string, args: readonly string[], version: string): boolean {
  const { stdout } = spawnSync(path, args, { encoding: "utf8", timeout: 10_000 });
  return new RegExp(`\\bv?${version.replace(/[.]/g, "\\.")}(?![.\\d])`).test(stdout ?? "");
}

function cannotBuild(): string | undefined {
  const { stdout, error } = spawnSync("go", ["env", "GOVERSION"], { encoding: "utf8", cwd: moduleFolder });
  if (error) return "install Go 1.26 or newer (https://go.dev/doc/install) and it builds them.";
  if (gte(coerce(stdout) ?? "0.0.0", "1.26.0")) return undefined;
  return `Go is ${stdout.trim()}, install 1.26 or newer and it builds them.`;
}

async function build(name: ToolName, bin: string, goMod: string): Promise<void> {
  const recipe = recipes[name];
  const variables = recipe.stamp(pinnedVersion(goMod, recipe.module)).map((variable) => `-X ${variable}`);
  // Under another name until it is whole: a build that is interrupted, or runs twice, leaves no broken tool behind.
  const partial = join(bin, `.${name}-${process.pid}`);
  try {
    await run(
      "go",
      ["build", "-trimpath", "-ldflags", ["-s", "-w", ...variables].join(" "), "-o", partial, recipe.package],
      {
        cwd: moduleFolder,
        env: { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-mod=readonly" },
        maxBuffer: 64 * 1024 * 1024,
      },
    );
    renameSync(partial, join(bin, name));
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim().split("\n").at(-1) ?? String(error);
    throw new UserError(`Building ${name} failed: ${said}`);
  } finally {
    rmSync(partial, { force: true });
  }
}
