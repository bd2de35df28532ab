/** What measuring says of a backend, with what of it is the backend's own doing. */
import {
  type CallCell,
  type CallRun,
  type EchoCell,
  type Measurement,
  type Spread,
  spreadOf,
} from "../../measure/measurement";

/** Calls of one kind to the peer. Milliseconds. */
export interface CallFacts {
  readonly protocol: CallCell["protocol"];
  readonly connections: CallCell["connections"];
  readonly p50: Spread;
  readonly p90: Spread;
  readonly p99: Spread;
  readonly p999: Spread;
  /** Of all runs. */
  readonly failed: number;
  readonly calls: number;
  /** Calls in a second that came about. */
  readonly achieved: Spread;
  /** How much longer than the same calls within a cluster; undefined where those were not measured. */
  readonly overLocal?: Differences;
  /** How much longer than by plain load balancers on the same machine. */
  readonly overBalancer?: Differences;
}

/** Between the middles of two spreads. */
export interface Differences {
  readonly p50: number;
  readonly p99: number;
}

/** Megabytes a second that came back. */
export interface EchoFacts extends EchoCell {
  readonly megabytes: Spread;
}

/** The facts; those are missing that could not be measured. */
export interface MeasuredFacts {
  readonly calls: readonly CallFacts[];
  readonly echoes: readonly EchoFacts[];
  readonly redis?: Readonly<Record<"requests" | "p50" | "p99" | "lag", Spread>>;
  readonly usage?: Readonly<Record<"idleCpu" | "cpuPerThousand" | "megabytes", Spread>>;
  /** What could not be measured, and why. */
  readonly missing: readonly string[];
  /** Every run. */
  readonly raw: Measurement;
}

/**
 * The facts of a measurement.
 *
 * @param baseline that of plain load balancers; only one of the same machine counts
 */
export function measuredFacts(raw: Measurement, baseline?: Measurement): MeasuredFacts {
  const comparable = baseline && baseline !== raw && baseline.machine.name === raw.machine.name ? baseline : undefined;
  const peers = raw.calls.filter(({ cell, runs }) => cell.path === "peer" && runs.length > 0);
  const spreads = <Run extends object>(runs: readonly Run[] | undefined) => {
    const [first] = runs ?? [];
    if (!runs || !first) return undefined;
    const names = Object.keys(first) as (keyof Run)[];
    return Object.fromEntries(names.map((name) => [name, spreadOf(runs.map((run) => Number(run[name])))])) as Record<
      keyof Run,
      Spread
    >;
  };
  const [redis, usage] = [spreads(raw.redis), spreads(raw.usage)];
  return {
    calls: peers.map(({ cell, runs }) => callFacts(cell, runs, raw, comparable)),
    echoes: raw.echoes
      .filter(({ runs }) => runs.length > 0)
      .map(({ cell, runs }) => ({ ...cell, megabytes: spreadOf(runs.map(({ megabytes }) => megabytes)) })),
    ...(redis ? { redis } : {}),
    ...(usage ? { usage } : {}),
    missing: raw.missing,
    raw,
  };
}

function callFacts(
  cell: CallCell,
  runs: readonly CallRun[],
  raw: Measurement,
  baseline: Measurement | undefined,
): CallFacts {
  const of = (name: keyof CallRun) => spreadOf(runs.map((run) => run[name]));
  const sum = (name: "failed" | "calls") => runs.reduce((total, run) => total + run[name], 0);
  const overLocal = differences(runs, sameCalls(raw, { ...cell, path: "local" }));
  const overBalancer = baseline && differences(runs, sameCalls(baseline, cell));
  return {
    protocol: cell.protocol,
    connections: cell.connections,
    ...{ p50: of("p50"), p90: of("p90"), p99: of("p99"), p999: of("p999"), achieved: of("achieved") },
    ...{ failed: sum("failed"), calls: sum("calls") },
    ...(overLocal ? { overLocal } : {}),
    ...(overBalancer ? { overBalancer } : {}),
  };
}

function sameCalls({ calls }: Measurement, { path, protocol, connections }: CallCell): readonly CallRun[] {
  const found = calls.find(
    ({ cell }) => cell.path === path && cell.protocol === protocol && cell.connections === connections,
  );
  return found?.runs ?? [];
}

function differences(runs: readonly CallRun[], others: readonly CallRun[]): Differences | undefined {
  if (others.length === 0) return undefined;
  const between = (name: "p50" | "p99") => {
    const [own, other] = [runs, others].map((each) => spreadOf(each.map((run) => run[name])).middle);
    return Math.round(((own ?? 0) - (other ?? 0)) * 1000) / 1000;
  };
  return { p50: between("p50"), p99: between("p99") };
}
