/** How each tool is built, and where its project publishes it. */
import { basename, join } from "node:path";
import { oldestGo, readGoMod } from "./go-module";
import { type GoProgram, programVersion } from "./program";

/** The Pulumi engine, Kubernetes, Helm and what runs its control planes. */
const mainModule = __dirname;

/** What runs containers. */
const containers = join(__dirname, "containers");

type Recipe = Omit<GoProgram, "name">;

/** Where a repository on GitHub keeps the files of a release. */
const github = (repository: string, version: string) => `https://github.com/${repository}/releases/download/${version}`;

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
  release: (version, arch) => {
    const url = `https://dl.k8s.io/release/${version}/bin/linux/${arch}/${name}`;
    return { url, sums: `${url}.sha256` };
  },
  version: ["--version"],
});

const kwok = (name: string): Recipe => ({
  moduleFolder: mainModule,
  package: `sigs.k8s.io/kwok/cmd/${name}`,
  module: "sigs.k8s.io/kwok",
  stamp: (version) => [`sigs.k8s.io/kwok/pkg/consts.Version=${version}`],
  // Its releases say no checksums.
  release: (version, arch) => ({ url: `${github("kubernetes-sigs/kwok", version)}/${name}-linux-${arch}` }),
  version: ["--version"],
});

const containerd = (name: string): Recipe => ({
  moduleFolder: containers,
  package: `github.com/containerd/containerd/v2/cmd/${name}`,
  module: "github.com/containerd/containerd/v2",
  stamp: (version) => [`github.com/containerd/containerd/v2/version.Version=${version}`],
  release: (version, arch) => {
    // The one that needs no library of the machine, as what is built here.
    const file = `containerd-static-${version.slice(1)}-linux-${arch}.tar.gz`;
    const url = `${github("containerd/containerd", version)}/${file}`;
    return { url, member: `bin/${name}`, sums: `${url}.sha256sum` };
  },
  // Nodes keep images by overlayfs; two of these would need C.
  tags: ["no_btrfs", "no_devmapper", "no_zfs"],
});

const cni = (path: string): Recipe => ({
  moduleFolder: containers,
  package: `github.com/containernetworking/plugins/plugins/${path}`,
  module: "github.com/containernetworking/plugins",
  stamp: (version) => [`github.com/containernetworking/plugins/pkg/utils/buildversion.BuildVersion=${version}`],
  release: (version, arch) => {
    const url = `${github("containernetworking/plugins", version)}/cni-plugins-linux-${arch}-${version}.tgz`;
    return { url, member: basename(path), sums: `${url}.sha256` };
  },
});

/** What every rehearsal runs on. */
const base = {
  pulumi: {
    moduleFolder: mainModule,
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    module: "github.com/pulumi/pulumi/sdk/v3",
    stamp: (version) => [`github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${version}`],
    release: (version, arch) => {
      const folder = github("pulumi/pulumi", version);
      return {
        url: `${folder}/pulumi-${version}-linux-${arch === "amd64" ? "x64" : arch}.tar.gz`,
        member: "pulumi/pulumi",
        sums: `${folder}/pulumi-${version.slice(1)}-checksums.txt`,
      };
    },
    version: ["version"],
  },
  helm: {
    moduleFolder: mainModule,
    package: "helm.sh/helm/v3/cmd/helm",
    module: "helm.sh/helm/v3",
    stamp: (version) => [`helm.sh/helm/v3/internal/version.version=${version}`],
    release: (version, arch) => {
      const url = `https://get.helm.sh/helm-${version}-linux-${arch}.tar.gz`;
      return { url, member: `linux-${arch}/helm`, sums: `${url}.sha256sum` };
    },
    version: ["version", "--short"],
  },
  etcd: {
    moduleFolder: mainModule,
    package: "go.etcd.io/etcd/server/v3",
    module: "go.etcd.io/etcd/server/v3",
    stamp: () => [],
    release: (version, arch) => {
      const [folder, name] = [github("etcd-io/etcd", version), `etcd-${version}-linux-${arch}`];
      return { url: `${folder}/${name}.tar.gz`, member: `${name}/etcd`, sums: `${folder}/SHA256SUMS` };
    },
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
    release: (version, arch) => {
      const folder = github("google/go-containerregistry", version);
      const processor = arch === "amd64" ? "x86_64" : arch;
      const url = `${folder}/go-containerregistry_Linux_${processor}.tar.gz`;
      return { url, member: "crane", sums: `${folder}/checksums.txt` };
    },
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
