/** What measuring a lab comes to: every run as it was, and what is shown of several. Milliseconds unless said otherwise. */

/** What calls pass. `peer`: from one cluster to another. `local`: between pods of one cluster, in the same way. */
export type Path = "peer" | "local";

/** Calls at a fixed rate. */
export interface CallCell {
  readonly path: Path;
  readonly protocol: "http" | "grpc";
  /** `new`: every call makes a connection of its own. */
  readonly connections: "kept" | "new";
  /** Of the calls. */
  readonly from: string;
  readonly to: string;
}

/** One run of calls. */
export interface CallRun {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  /** Calls that failed, of all. */
  readonly failed: number;
  readonly calls: number;
  /** Calls in a second that came about. */
  readonly achieved: number;
}

/** Bytes by TCP that come back from where they are sent. */
export interface EchoCell {
  readonly streams: number;
  readonly from: string;
  readonly to: string;
}

/** One run of bytes. */
export interface EchoRun {
  /** Megabytes a second, each way at the same time. */
  readonly megabytes: number;
}

/** One run of the client that comes with Redis, against the primary by the exported name. */
export interface RedisRun {
  /** GETs in a second, over ten connections. */
  readonly requests: number;
  readonly p50: number;
  readonly p99: number;
  /** From a write on the primary to the copy's word that it has it. */
  readonly lag: number;
}

/** What the backend's own pods and proxies take, on all clusters together. */
export interface UsageRun {
  /** CPU seconds in a second without calls. */
  readonly idleCpu: number;
  /** CPU seconds for 1000 calls by HTTP to the peer, beyond those without calls. */
  readonly cpuPerThousand: number;
  /** Working set, in MB of a million bytes. */
  readonly megabytes: number;
}

/** A cell with its runs, in the order in which they were made. */
export interface Measured<Cell, Run> {
  readonly cell: Cell;
  readonly runs: readonly Run[];
}

/** Where it was measured: numbers of different ones are never put side by side. */
export interface Machine {
  /** As the machine calls itself; of nodes the name of their lab. Measurements are compared where it is the same. */
  readonly name: string;
  readonly processor: string;
  readonly processors: number;
  readonly kernel: string;
  /** Where clusters have machines of their own, and these are theirs together. Default: one machine runs all clusters. */
  readonly ofNodes?: boolean;
}

/** Everything that was measured of one lab. */
export interface Measurement {
  readonly backend: string;
  /** ISO time of its begin. */
  readonly at: string;
  readonly machine: Machine;
  /** What was asked for. */
  readonly effort: Effort;
  readonly kubernetes: string;
  /** Names and versions of the backend's charts. */
  readonly charts: readonly string[];
  readonly mtu: { readonly path: number; readonly pod: number };
  readonly calls: readonly Measured<CallCell, CallRun>[];
  readonly echoes: readonly Measured<EchoCell, EchoRun>[];
  /** Undefined without a copy that runs. */
  readonly redis?: readonly RedisRun[];
  /** Undefined where kubelets do not tell. */
  readonly usage?: readonly UsageRun[];
  /** What could not be measured, and why. */
  readonly missing: readonly string[];
}

/** How much is measured. */
export interface Effort {
  /** Of each cell. Their order is by chance. */
  readonly runs: number;
  /** Seconds of each. */
  readonly seconds: number;
  /** Calls in a second, far below what would saturate. */
  readonly rate: number;
}

/** The least from which a spread can be read. */
export const defaultEffort: Effort = { runs: 5, seconds: 4, rate: 100 };

/** The middle of several values, with the least and the greatest. */
export interface Spread {
  readonly middle: number;
  readonly least: number;
  readonly greatest: number;
}

/** @throws RangeError of no values */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number) => {
    const found = sorted[index];
    if (found === undefined) throw new RangeError("a spread is of one value at least");
    return found;
  };
  const half = Math.floor((sorted.length - 1) / 2);
  return {
    middle: (at(half) + at(sorted.length - 1 - half)) / 2,
    least: at(0),
    greatest: at(sorted.length - 1),
  };
}
