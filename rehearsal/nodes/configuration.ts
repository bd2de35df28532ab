/** Configuration of the programs that make a node: plain data, and the files that they read. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { ClientCertificate } from "./certificate";
import type { CgroupVersion } from "./cgroups";
import type { Allocatable, NodeTools, RealNodeSpec } from "./node-spec";

/** What the machine has, of which nodes leave each other some. */
export interface MachineSize {
  readonly cpuMillis: number;
  readonly memoryMib: number;
}

/** What the files are made from. */
export interface ConfigurationArgs {
  readonly spec: RealNodeSpec;
  readonly tools: NodeTools;
  /** Folder of the node. */
  readonly folder: string;
  readonly cgroups: { readonly version: CgroupVersion; readonly root: string };
  readonly machine: MachineSize;
  readonly kubelet: ClientCertificate;
  readonly kubeProxy: ClientCertificate;
}

/** Writes what containerd, kubelet, kube-proxy and the CNI read. */
export function writeConfiguration(args: ConfigurationArgs): void {
  const { spec, folder } = args;
  const write = (path: string, text: string) => {
    const file = join(folder, path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, text, { mode: 0o600 });
  };
  write("containerd.toml", containerdToml(args));
  write("certs.d/_default/hosts.toml", mirrorToml(spec.registry));
  if (spec.cni.by === "node") {
    write("cni/10-vpc.conflist", JSON.stringify(cniConfiguration({ ...spec.cni, mtu: spec.mtu.pod }, folder)));
  }
  write("kubelet.yaml", stringify(kubeletConfiguration(args)));
  write("kubelet.kubeconfig", stringify(kubeconfig(spec, args.kubelet)));
  write("kube-proxy.yaml", stringify(kubeProxyConfiguration(spec, folder)));
  write("kube-proxy.kubeconfig", stringify(kubeconfig(spec, args.kubeProxy)));
  write("resolv.conf", `nameserver ${spec.resolver}\n`);
}

/**
 * Pods are routed and not bridged, as by the VPC CNI: each has a link of its own to the node, which answers for it.
 */
export function cniConfiguration(
  { podCidr, mtu }: { readonly podCidr: string; readonly mtu: number },
  folder: string,
): object {
  return {
    cniVersion: "1.0.0",
    name: "vpc",
    plugins: [
      {
        type: "ptp",
        mtu,
        ipMasq: false,
        ipam: {
          type: "host-local",
          ranges: [[{ subnet: podCidr }]],
          routes: [{ dst: "0.0.0.0/0" }],
          dataDir: join(folder, "ipam"),
        },
      },
      { type: "portmap", capabilities: { portMappings: true } },
    ],
  };
}

/** Reserves what the machine has beyond the instance type, so that pods find what they would find there. */
export function kubeletConfiguration({ spec, folder, cgroups, machine }: ConfigurationArgs): object {
  const { api, allocatable } = spec;
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    ...(cgroups.version === 1 ? { failCgroupV1: false } : {}),
    cgroupDriver: "cgroupfs",
    // One each: a kubelet takes pods of another for orphans.
    cgroupRoot: cgroups.root,
    enforceNodeAllocatable: [],
    systemReserved: reserved(machine, allocatable),
    maxPods: allocatable.pods,
    containerRuntimeEndpoint: `unix://${runtimeSocket}`,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: join(api.pki, "ca.crt") },
    },
    authorization: { mode: "Webhook" },
    clusterDNS: [api.dns],
    clusterDomain: "cluster.local",
    resolvConf: join(folder, "resolv.conf"),
    providerID: spec.providerId,
    failSwapOn: false,
    // The disk is this machine's, and full for reasons of its own.
    evictionHard: { "nodefs.available": "1%", "imagefs.available": "1%", "memory.available": "100Mi" },
    imageGCHighThresholdPercent: 100,
    localStorageCapacityIsolation: false,
    podLogsDir: join(folder, "pod-logs"),
    volumePluginDir: join(folder, "volume-plugins"),
    serializeImagePulls: false,
    // Others write to these too, and pods come and go quickly here.
    kubeAPIQPS: 100,
    kubeAPIBurst: 200,
    registryPullQPS: 0,
    shutdownGracePeriod: "0s",
  };
}

function reserved(machine: MachineSize, { cpuMillis, memoryMib }: Allocatable): Readonly<Record<string, string>> {
  return {
    cpu: `${Math.max(0, machine.cpuMillis - cpuMillis)}m`,
    memory: `${Math.max(0, machine.memoryMib - memoryMib)}Mi`,
  };
}

/** By nftables, in the node's own namespace; settings of the whole machine are left alone. */
export function kubeProxyConfiguration({ name, api }: RealNodeSpec, folder: string): object {
  return {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "nftables",
    clientConnection: { kubeconfig: join(folder, "kube-proxy.kubeconfig") },
    clusterCIDR: api.podNetwork,
    hostnameOverride: name,
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
  };
}

function kubeconfig({ api }: RealNodeSpec, { certificate, key }: ClientCertificate): object {
  const named = (name: string, content: object) => [{ name, ...content }];
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: named("cluster", {
      cluster: { server: api.endpoint, "certificate-authority": join(api.pki, "ca.crt") },
    }),
    users: named("user", { user: { "client-certificate": certificate, "client-key": key } }),
    contexts: named("context", { context: { cluster: "cluster", user: "user" } }),
    "current-context": "context",
  };
}

/** Where charts put a CNI's plugins and its configuration (containerd, docs/cri/config.md, the defaults). */
const chartCni = { bin: ["/opt/cni/bin"], conf: "/etc/cni/net.d" } as const;

/** On the node's own /run: a socket's path takes 107 bytes, and the folder of a rehearsal may be deep. */
const runtimeState = "/run/containerd";
const runtimeSocket = `${runtimeState}/containerd.sock`;

/**
 * `restrict_oom_score_adj`: without CAP_SYS_RESOURCE nobody lowers it, and runc fails. `netns_mounts_under_state_dir`: else
 * pods' namespaces are among those of the machine.
 */
export function containerdToml({ spec, folder, tools }: Pick<ConfigurationArgs, "spec" | "folder" | "tools">): string {
  const text = (value: string) => JSON.stringify(value);
  const cni = spec.cni.by === "chart" ? chartCni : { bin: [], conf: join(folder, "cni") };
  return `version = 3
root = ${text(join(folder, "containerd"))}
state = ${text(runtimeState)}
disabled_plugins = ${JSON.stringify(unusedPlugins)}

[grpc]
address = ${text(runtimeSocket)}

[plugins."io.containerd.cri.v1.images"]
snapshotter = "overlayfs"

[plugins."io.containerd.cri.v1.images".pinned_images]
sandbox = "registry.k8s.io/pause:3.10"

[plugins."io.containerd.cri.v1.images".registry]
config_path = ${text(join(folder, "certs.d"))}

[plugins."io.containerd.cri.v1.runtime"]
enable_unprivileged_ports = true
restrict_oom_score_adj = true
netns_mounts_under_state_dir = true

[plugins."io.containerd.cri.v1.runtime".cni]
bin_dirs = ${JSON.stringify([...cni.bin, tools.cniPlugins])}
conf_dir = ${text(cni.conf)}

[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
BinaryName = ${text(tools.runc)}
SystemdCgroup = false
`;
}

const unusedPlugins = ["nri.v1.nri", "snapshotter.v1.btrfs", "snapshotter.v1.zfs", "snapshotter.v1.devmapper"].map(
  (name) => `io.containerd.${name}`,
);

/** One registry stands for all; with `server` the same, nothing else is tried. */
function mirrorToml(registry: string): string {
  const url = JSON.stringify(registry);
  return `server = ${url}\n\n[host.${url}]\ncapabilities = ["pull", "resolve"]\n`;
}
