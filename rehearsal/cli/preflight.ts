/** What machine a rehearsal needs, looked at before anything is built. */
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { coerce, lt } from "semver";
import { availableMemory, freeDisk, megabyte, sizeText } from "../base/machine";
import { UserError } from "../base/user-error";
import { memoryEach } from "../control-planes/control-planes";
import { findGo } from "../tools/go";
import { nodeTools, requiredGo } from "../tools/recipes";
import { planTools, toolsFolder } from "../tools/tools";
import type { NodeKind } from "./node-kind";

/** What counts of a machine. */
export interface Machine {
  /** As Node calls it, e.g. `linux`, `darwin`. */
  readonly platform: string;
  /** Whether it shows its processes in /proc, as Linux does. */
  readonly hasProc: boolean;
  /** Bytes that programs can have. */
  readonly memory: number;
  /** Bytes of disk left for what the rehearsal keeps while it runs. */
  readonly scratchDisk: number;
  /** How many tools are fetched, and the bytes of disk left for them. */
  readonly fetchedTools: number;
  readonly toolsDisk: number;
  /** Tools that have to be built. */
  readonly builtTools: readonly string[];
  /** The same of those that only real nodes run on; none where nodes are simulated. */
  readonly builtNodeTools: readonly string[];
  /** Sites that would have them and do not answer. */
  readonly silentSites: readonly string[];
  /** Its version, e.g. `go1.26.8`, and the bytes of disk left for what it builds. */
  readonly go: { readonly version: string; readonly disk: number } | undefined;
}

/**
 * Measured with two clusters of the stack dev: 1.9 GB at most, of which the engine, the providers and Helm take 800 MB; with
 * real nodes 2.7 GB.
 */
export const memoryNeeded = (clusters: number, nodes: NodeKind = "simulated"): number =>
  800 * megabyte + clusters * (memoryEach + (nodes === "real" ? 400 * megabyte : 0));

/** Measured: 125 MB a cluster, most of it etcd's; they grow as the lab lives. */
export const scratchNeeded = (clusters: number): number => clusters * 250 * megabyte;

/** Measured for all eight: 2.1 GB of modules, 4.4 GB of Go's build cache and 0.6 GB of programs. */
export const buildDiskNeeded = (tools: number): number => tools * 1024 * megabyte;

/** The largest that is fetched is unpacked beside its archive: 200 MB. */
export const fetchDiskNeeded = (tools: number): number => tools * 200 * megabyte;

/** Measured for all ten, after those of every rehearsal: 0.5 GB of modules, 0.6 GB of build cache and 0.3 GB of programs. */
export const nodeToolsDiskNeeded = 1600 * megabyte;

/** Why a rehearsal of so many clusters cannot run on a machine, and what to do: one sentence. Undefined when it can. */
export function obstacle(machine: Machine, clusters: number, nodes?: NodeKind): string | undefined {
  const { memory, scratchDisk } = machine;
  const fewer = "or rehearse fewer clusters";
  return (
    noLinux(machine) ??
    cannotBuild(machine) ??
    short("disk for its tools", machine.toolsDisk, fetchDiskNeeded(machine.fetchedTools), "make room") ??
    short("memory", memory, memoryNeeded(clusters, nodes), `close something, ${fewer}`) ??
    short("disk for temporary files", scratchDisk, scratchNeeded(clusters), `make room, set TMPDIR, ${fewer}`)
  );
}

function noLinux({ platform, hasProc }: Machine): string | undefined {
  if (platform === "linux" && hasProc) return undefined;
  return `A rehearsal needs Linux, since it looks after its processes by /proc: this machine is ${platform}${
    platform === "linux" ? " without it" : ""
  }.`;
}

function cannotBuild({ builtTools: base, builtNodeTools: ofNodes, silentSites, go }: Machine): string | undefined {
  const missing = [...base, ...ofNodes];
  if (missing.length === 0) return undefined;
  const silence = silentSites.length > 0 ? `, and no answer came from ${silentSites.join(", ")}` : "";
  const needed = `The rehearsal needs ${missing.join(", ")}${silence}`;
  const install =
    `install Go ${requiredGo()} or newer (https://go.dev/doc/install) and it builds them, or name a mirror of the ` +
    "releases (MULTICLUSTER_LAB_MIRROR)";
  if (!go) return `${needed}: ${install}.`;
  if (lt(coerce(go.version) ?? "0.0.0", `${requiredGo()}.0`)) return `${needed}: Go is ${go.version}, ${install}.`;
  const disk = buildDiskNeeded(base.length) + (ofNodes.length > 0 ? nodeToolsDiskNeeded : 0);
  return short("disk to build its tools", go.disk, disk, "make room, or set GOCACHE");
}

/** What a machine has too little of: one sentence. Undefined when it has enough. */
export function short(what: string, present: number, needed: number, remedy: string): string | undefined {
  if (present >= needed) return undefined;
  return `The rehearsal needs ${sizeText(needed)} of ${what} and ${sizeText(present)} are free: ${remedy}.`;
}

/**
 * The machine that this runs on, for nodes of a kind.
 *
 * @throws UserError when its environment names something that is no mirror
 */
export async function thisMachine(nodes: NodeKind): Promise<Machine> {
  const go = findGo();
  const [base, ofNodes] = await Promise.all([planTools(), planTools(nodes === "real" ? nodeTools : [])]);
  return {
    platform: process.platform,
    hasProc: existsSync("/proc/self/stat"),
    memory: availableMemory(),
    scratchDisk: freeDisk(tmpdir()),
    fetchedTools: base.fetched.length + ofNodes.fetched.length,
    toolsDisk: freeDisk(toolsFolder()),
    builtTools: base.built,
    builtNodeTools: ofNodes.built,
    silentSites: [...new Set([...base.silent, ...ofNodes.silent])],
    go: go && { version: go.version, disk: Math.min(freeDisk(go.cache), freeDisk(toolsFolder())) },
  };
}

/**
 * Looks at this machine.
 *
 * @throws UserError when it cannot rehearse so many clusters with nodes of a kind
 */
export async function preflight(clusters: number, nodes: NodeKind): Promise<Machine> {
  const machine = await thisMachine(nodes);
  const reason = obstacle(machine, clusters, nodes);
  if (reason) throw new UserError(reason);
  return machine;
}
