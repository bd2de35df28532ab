/** How each tool is built. */
import { join } from "node:path";
import { oldestGo, readGoMod } from "./go-module";
import { type GoProgram, programVersion } from "./program";

/** The Pulumi engine, Kubernetes, Helm and what runs its control planes. */
const mainModule = __dirname;

/** What runs containers. */
const containers = join(__dirname, "containers");

type Recipe = Omit<GoProgram, "name">;

const kubernetes = (name: string): Recipe => ({
  moduleFolder: mainModule,
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
  moduleFolder: mainModule,
  package: `sigs.k8s.io/kwok/cmd/${name}`,
  module: "sigs.k8s.io/kwok",
  stamp: (version) => [`sigs.k8s.io/kwok/pkg/consts.Version=${version}`],
  version: ["--version"],
});

const containerd = (name: string): Recipe => ({
  moduleFolder: containers,
  package: `github.com/containerd/containerd/v2/cmd/${name}`,
  module: "github.com/containerd/containerd/v2",
  stamp: (version) => [`github.com/containerd/containerd/v2/version.Version=${version}`],
  // Nodes keep images by overlayfs; two of these would need C.
  tags: ["no_btrfs", "no_devmapper", "no_zfs"],
});

const cni = (path: string): Recipe => ({
  moduleFolder: containers,
  package: `github.com/containernetworking/plugins/plugins/${path}`,
  module: "github.com/containernetworking/plugins",
  stamp: (version) => [`github.com/containernetworking/plugins/pkg/utils/buildversion.BuildVersion=${version}`],
});

/** What every rehearsal runs on. */
const base = {
  pulumi: {
    moduleFolder: mainModule,
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    module: "github.com/pulumi/pulumi/sdk/v3",
    stamp: (version) => [`github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${version}`],
    version: ["version"],
  },
  helm: {
    moduleFolder: mainModule,
    package: "helm.sh/helm/v3/cmd/helm",
    module: "helm.sh/helm/v3",
    stamp: (version) => [`helm.sh/helm/v3/internal/version.version=${version}`],
    version: ["version", "--short"],
  },
  etcd: {
    moduleFolder: mainModule,
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

/** What real nodes run on besides. */
const nodes = {
  kubelet: kubernetes("kubelet"),
  "kube-proxy": kubernetes("kube-proxy"),
  containerd: containerd("containerd"),
  "containerd-shim-runc-v2": containerd("containerd-shim-runc-v2"),
  ctr: containerd("ctr"),
  ptp: cni("main/ptp"),
  loopback: cni("main/loopback"),
  "host-local": cni("ipam/host-local"),
  portmap: cni("meta/portmap"),
  crane: {
    moduleFolder: containers,
    package: "github.com/google/go-containerregistry/cmd/crane",
    module: "github.com/google/go-containerregistry",
    stamp: (version) => [`github.com/google/go-containerregistry/cmd/crane/cmd.Version=${version}`],
  },
} as const satisfies Record<string, Recipe>;

const recipes = { ...base, ...nodes };

/** Name of a program that the rehearsal runs. */
export type ToolName = keyof typeof recipes;

/** Name of a program that every rehearsal runs. */
export type BaseTool = keyof typeof base;

/** Name of a program that only rehearsals with real nodes run. */
export type NodeTool = keyof typeof nodes;

/** What every rehearsal runs on. */
export const baseTools = Object.keys(base) as BaseTool[];

/** What real nodes run on besides. */
export const nodeTools = Object.keys(nodes) as NodeTool[];

/** How a tool is built and known. */
export function toolProgram(name: ToolName): GoProgram {
  return { name, ...recipes[name] };
}

/** The version of a tool that this project runs on, e.g. `v1.36.1`. */
export function toolVersion(name: ToolName): string {
  return programVersion(toolProgram(name));
}

/** The oldest Go that builds the tools, e.g. `1.26`. */
export function requiredGo(): string {
  return oldestGo(readGoMod(mainModule));
}
