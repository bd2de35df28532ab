/** How each tool is built from go.mod, whose versions are the only ones there are. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Where go.mod is. */
export const moduleFolder = __dirname;

/** Name of a program that the rehearsal runs. */
export type ToolName = keyof typeof recipes;

/** How a tool is built and known. */
export interface Recipe {
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

/** Of every tool. */
export const recipes = {
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

/** All tools. */
export const toolNames = Object.keys(recipes) as ToolName[];

/** Version of a module in the text of a go.mod, e.g. `v1.36.1`. */
export function pinnedVersion(goMod: string, module: string): string {
  const escaped = module.replace(/[.]/g, "\\.");
  const version = new RegExp(`^\\s*${escaped} (v\\S+)`, "m").exec(goMod)?.[1];
  if (!version) throw new Error(`go.mod does not pin ${module}`);
  return version;
}

/** The version of a tool that this project runs on, e.g. `v1.36.1`. */
export function toolVersion(name: ToolName): string {
  return pinnedVersion(goMod(), recipes[name].module);
}

/** The oldest Go that builds the tools, e.g. `1.26`. */
export function requiredGo(): string {
  const version = /^go (\d+\.\d+)/m.exec(goMod())?.[1];
  if (!version) throw new Error("go.mod does not say its version of Go");
  return version;
}

/** Text of the go.mod. */
export function goMod(): string {
  return readFileSync(join(moduleFolder, "go.mod"), "utf8");
}
