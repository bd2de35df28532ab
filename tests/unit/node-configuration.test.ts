import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cgroups } from "../../rehearsal/nodes/cgroups";
import { cniConfiguration, containerdToml, kubeletConfiguration } from "../../rehearsal/nodes/configuration";
import type { RealNodeSpec } from "../../rehearsal/nodes/node-spec";

const spec: RealNodeSpec = {
  id: "i-1",
  name: "ip-10-1-0-5.ec2.internal",
  netns: "/run/netns/one",
  address: "10.1.0.5",
  cni: { by: "node", podCidr: "10.1.63.192/26" },
  mtu: { node: 9001, pod: 8500 },
  providerId: "aws:///us-east-1a/i-1",
  resolver: "10.1.0.2",
  registry: "http://198.18.0.1",
  allocatable: { cpuMillis: 1930, memoryMib: 6836, pods: 35 },
  api: { endpoint: "https://api", pki: "/pki", podNetwork: "10.1.0.0/16", dns: "172.20.0.10" },
};

const tools = {
  kubelet: "kubelet",
  "kube-proxy": "kube-proxy",
  containerd: "containerd",
  "containerd-shim-runc-v2": "shim",
  runc: "/usr/sbin/runc",
  cniPlugins: "/plugins",
};

describe("configuration of real nodes", () => {
  const kubelet = (version: 1 | 2, machine = { cpuMillis: 8000, memoryMib: 32_000 }) =>
    kubeletConfiguration({
      spec,
      tools,
      folder: "/node",
      cgroups: { version, root: "/mcl-one" },
      machine,
      kubelet: { certificate: "c", key: "k" },
      kubeProxy: { certificate: "c", key: "k" },
    }) as Record<string, unknown>;

  it("reserves what the machine has beyond the instance type, so that pods get what that gives", () => {
    deepEqual(kubelet(1).systemReserved, { cpu: "6070m", memory: "25164Mi" });
    deepEqual(kubelet(1, { cpuMillis: 1000, memoryMib: 2000 }).systemReserved, { cpu: "0m", memory: "0Mi" });
  });

  it("lets a kubelet run on cgroups of version 1, which it refuses by itself, and only there", () => {
    equal(kubelet(1).failCgroupV1, false);
    ok(!("failCgroupV1" in kubelet(2)));
  });

  it("gives pods addresses of the node's piece and the planned MTU", () => {
    const { plugins } = cniConfiguration({ podCidr: "10.1.63.192/26", mtu: 8500 }, "/node") as {
      plugins: { mtu?: number; ipam?: { ranges: unknown } }[];
    };
    equal(plugins[0]?.mtu, 8500);
    deepEqual(plugins[0]?.ipam?.ranges, [[{ subnet: "10.1.63.192/26" }]]);
  });

  it("looks for a chart's CNI where charts put one, and for AWS's in its own folder", () => {
    const dirs = (cni: RealNodeSpec["cni"]) =>
      containerdToml({ spec: { ...spec, cni }, folder: "/node", tools }).match(/^(bin_dirs|conf_dir) = .*$/gm);
    deepEqual(dirs({ by: "chart" }), ['bin_dirs = ["/opt/cni/bin","/plugins"]', 'conf_dir = "/etc/cni/net.d"']);
    deepEqual(dirs(spec.cni), ['bin_dirs = ["/plugins"]', 'conf_dir = "/node/cni"']);
  });

  it("has sockets whose paths are short, however deep its folder is", () => {
    const deep = `/${"deep/".repeat(40)}`;
    const [, socket = ""] = /^address = "(.*)"$/m.exec(containerdToml({ spec, folder: deep, tools })) ?? [];
    ok(socket.startsWith("/") && socket.length < 60, socket);
    equal(kubelet(1).containerRuntimeEndpoint, `unix://${socket}`);
  });

  it("quotes paths for containerd as TOML does", () => {
    const toml = containerdToml({ spec, folder: '/a "b"', tools });
    ok(toml.includes(String.raw`root = "/a \"b\"/containerd"`), toml);
  });
});

describe("cgroups of real nodes", () => {
  let mount: string;
  beforeEach(() => {
    mount = mkdtempSync(join(tmpdir(), "cgroups-"));
  });
  afterEach(() => rmSync(mount, { recursive: true }));

  const put = (path: string, text: string) => {
    mkdirSync(join(mount, path, ".."), { recursive: true });
    writeFileSync(join(mount, path), text);
  };

  it("are a folder in every hierarchy of version 1", () => {
    for (const controller of ["memory", "cpu", "unified"]) mkdirSync(join(mount, controller));
    const cgroups = new Cgroups(mount);
    cgroups.create("mcl-one");
    equal(cgroups.version, 1);
    ok(existsSync(join(mount, "memory", "mcl-one")) && existsSync(join(mount, "cpu", "mcl-one")));
    equal(cgroups.unified("mcl-one"), join(mount, "unified", "mcl-one"));
    deepEqual(cgroups.names("mcl-"), ["mcl-one"]);
    cgroups.remove("mcl-one");
    equal(cgroups.unified("mcl-one"), undefined);
    deepEqual(cgroups.names("mcl-"), []);
  });

  it("are one folder of version 2, which passes on the controllers that there are", () => {
    put("cgroup.controllers", "cpuset cpu memory pids");
    put("mcl-one/cgroup.controllers", "cpu memory pids io");
    const cgroups = new Cgroups(mount);
    equal(cgroups.version, 2);
    cgroups.create("mcl-one");
    equal(readFileSync(join(mount, "mcl-one", "cgroup.subtree_control"), "utf8"), "+cpu +memory +pids");
    equal(cgroups.unified("mcl-one"), join(mount, "mcl-one"));
  });

  it("tell the processes of a pod from those of others", () => {
    mkdirSync(join(mount, "memory"));
    put("memory/mcl-one/kubepods/burstable/pod-a/podu1/c1/cgroup.procs", "");
    put("memory/mcl-one/kubepods/podu1/c1/cgroup.procs", "12\n13\n");
    put("memory/mcl-one/kubepods/besteffort/podu2/c1/cgroup.procs", "14\n");
    const cgroups = new Cgroups(mount);
    deepEqual(cgroups.pidsOfPod("mcl-one", "u1"), [12, 13]);
    deepEqual(cgroups.pidsOfPod("mcl-one", "u2"), [14]);
    deepEqual(cgroups.pidsOfPod("mcl-two", "u1"), []);
  });

  it("do not go while something is in them that is no cgroup", () => {
    put("memory/mcl-one/file", "kept");
    throws(() => new Cgroups(mount).remove("mcl-one"), /ENOTEMPTY/);
  });
});
