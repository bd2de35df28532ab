/** A real node: containerd, kubelet and kube-proxy as processes in namespaces of their own. */
import { execFile, execFileSync, spawn } from "node:child_process";
import { mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { megabyte } from "../base/machine";
import { endProcessesBelow, quietly } from "../base/processes";
import { issueClientCertificate } from "./certificate";
import { Cgroups } from "./cgroups";
import { writeConfiguration } from "./configuration";
import type { NodeTools, RealNodeSpec } from "./node-spec";
import { runcOf } from "./runc";

const run = promisify(execFile);

/** A namespace forwards on when the processes are gone whose rules it has; a machine that is off does not. */
const silence =
  "flush ruleset\ntable ip off {\nchain nothing { type filter hook prerouting priority -300; policy drop; }\n}\n";

/** The real nodes of a rehearsal, each in a folder below one. Those that an earlier process started are known by it. */
export class RealNodes {
  private readonly cgroups = new Cgroups();
  private readonly tools: NodeTools;

  /**
   * @param name of the rehearsal, in the names of cgroups
   * @param home folder for all that nodes keep
   */
  constructor(
    private readonly name: string,
    private readonly home: string,
    tools: NodeTools,
  ) {
    this.tools = { ...tools, runc: runcOf(tools.runc, home) };
  }

  /** Boots a node. It registers by itself, and is Ready some seconds later. */
  async start(spec: RealNodeSpec): Promise<void> {
    const folder = this.folder(spec.id);
    mkdirSync(join(folder, "pki"), { recursive: true, mode: 0o700 });
    const { pki } = spec.api;
    const kubelet = { organization: "system:nodes", commonName: `system:node:${spec.name}` };
    const cgroup = this.cgroup(spec.id);
    this.cgroups.create(cgroup);
    writeConfiguration({
      spec,
      folder,
      tools: this.tools,
      cgroups: { version: this.cgroups.version, root: `/${cgroup}` },
      machine: { cpuMillis: availableParallelism() * 1000, memoryMib: Math.floor(totalmem() / megabyte) },
      kubelet: await issueClientCertificate(pki, kubelet, join(folder, "pki"), "client"),
      kubeProxy: await issueClientCertificate(
        pki,
        { commonName: "system:kube-proxy" },
        join(folder, "pki"),
        "kube-proxy",
      ),
    });
    writeFileSync(join(folder, "spec.json"), JSON.stringify(spec), { mode: 0o600 });
    this.boot(spec, folder);
  }

  /** Ends it at once, as an instance that is terminated does, with all that runs on it. */
  stop(id: string): void {
    endProcessesBelow(this.folder(id));
    this.cgroups.remove(this.cgroup(id));
    rmSync(this.folder(id), { recursive: true, force: true, maxRetries: 5 });
  }

  /** Ends its processes, and keeps its disk: `restart` brings it back. Nothing answers at its address meanwhile. */
  halt(id: string): void {
    const { netns } = this.specOf(id);
    execFileSync("nsenter", [`--net=${netns}`, "--", "nft", "-f", "-"], { input: silence });
    endProcessesBelow(this.folder(id));
  }

  /** Boots a node that was halted: it comes back with its pods. */
  restart(id: string): void {
    const spec = this.specOf(id);
    execFileSync("nsenter", [`--net=${spec.netns}`, "--", "nft", "flush", "ruleset"]);
    this.boot(spec, this.folder(id));
  }

  /**
   * Runs a program of this machine in the network of a pod.
   *
   * @throws when the pod does not run there, or the program fails
   */
  async inPod(id: string, podUid: string, argv: readonly string[]): Promise<{ stdout: string; stderr: string }> {
    const [pid] = this.cgroups.pidsOfPod(this.cgroup(id), podUid);
    if (pid === undefined) throw new Error(`no process of the pod ${podUid} runs on ${id}`);
    return run("nsenter", [`--target=${pid}`, "--net", "--", ...argv], { timeout: 30_000 });
  }

  /** Where it keeps its configuration, and its programs their logs. */
  folder(id: string): string {
    return join(this.home, id);
  }

  private boot(spec: RealNodeSpec, folder: string): void {
    const log = openSync(join(folder, "boot.log"), "a");
    const { kubelet, "kube-proxy": kubeProxy, containerd } = this.tools;
    const namespaces = ["--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child=SIGKILL", "--mount-proc"];
    spawn(
      "nsenter",
      [
        `--net=${spec.netns}`,
        "--",
        "unshare",
        ...namespaces,
        "--propagation=private",
        "/bin/bash",
        join(__dirname, "boot.sh"),
        ...[folder, spec.name, spec.address, `${spec.mtu.node}`, kubelet, kubeProxy, containerd],
        ...[spec.cni.by, this.cgroups.unified(this.cgroup(spec.id)) ?? ""],
      ],
      { detached: true, stdio: ["ignore", log, log], cwd: folder },
    ).unref();
  }

  private specOf(id: string): RealNodeSpec {
    return JSON.parse(readFileSync(join(this.folder(id), "spec.json"), "utf8"));
  }

  private cgroup(id: string): string {
    return `${this.name}-${id}`;
  }
}

/** What the programs of a node said last, for messages; empty when nothing. */
export function lastWordsOf(folder: string): string {
  const last = (name: string) =>
    quietly(() => readFileSync(join(folder, `${name}.log`), "utf8"))
      .trim()
      .split("\n")
      .at(-1);
  return ["boot", "containerd", "kubelet"].flatMap((name) => (last(name) ? [`${name}: ${last(name)}`] : [])).join(" ");
}
