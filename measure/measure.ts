/** Measures a lab on which pods run: calls at a fixed rate, bytes, Redis, and what the backend takes for it. */
import { setTimeout as pause } from "node:timers/promises";
import type { LiveCluster, LiveLab } from "../checks/common/check";
import { realPod, simulatedNodes } from "../checks/common/real-pods";
import type { Caller } from "../checks/probes/fortio";
import { redisCart } from "../components/demo/boutique";
import type { ProbeProtocol } from "../components/lab/probe-objects";
import type { Probes } from "../components/lab/probes";
import { callsOf, echoOf } from "./fortio";
import type { CallCell, EchoCell, Effort, Measurement } from "./measurement";
import { ownedBy } from "./owned";
import { redisRun } from "./redis";
import { Runs } from "./runs";
import { nodeNames, type Usage, usageOf } from "./usage";

/** What the lab itself does not say. */
export type Header = Pick<Measurement, "at" | "machine" | "kubernetes" | "charts">;

/** How it is measured. */
export interface Measuring {
  readonly header: Header;
  readonly effort: Effort;
  /** Is told what goes on. */
  readonly tell: (line: string) => void;
  /** From 0 to 1; orders the runs. Default: by chance. */
  readonly random?: () => number;
  /** Milliseconds for which a service is waited for. Default: two minutes. */
  readonly patienceMs?: number;
  /** Milliseconds over which use is counted. Default: 20 s, since kubelets look at containers every ten or so. */
  readonly windowMs?: number;
}

/**
 * Measures between the first two clusters. What cannot be measured is listed with its reason, and spoils nothing else.
 *
 * @param lab with stand-ins that are there for measuring
 */
export async function measure(lab: LiveLab, measuring: Measuring): Promise<Measurement> {
  const { header, effort, random, tell } = measuring;
  const [first, second] = lab.clusters;
  if (!first || !second) throw new Error("a lab has two clusters at least");
  const runs = new Runs(effort.runs, random);
  const measured = {
    ...(await callsAndBytes(lab, [first, second], runs, measuring)),
    redis: await redisBetween(lab, runs),
  };
  await runs.all(tell);
  tell("what the backend takes");
  const usage = await usageBetween(lab, [first, second], runs, measuring);
  const { path, pod } = first.mtu;
  return {
    backend: lab.backend,
    ...header,
    effort,
    mtu: { path, pod },
    ...measured,
    ...(usage.length > 0 ? { usage } : {}),
    missing: runs.missing,
  };
}

type Pair = readonly [LiveCluster, LiveCluster];

/** Plans the runs of all cells that stand-ins answer. */
async function callsAndBytes(lab: LiveLab, [first, second]: Pair, runs: Runs, measuring: Measuring) {
  const { rate, seconds } = measuring.effort;
  const { probes } = lab;
  if (!probes) {
    runs.miss("calls and bytes: there are no stand-ins on the clusters");
    return { calls: [], echoes: [] };
  }
  const callers = new Map<string, Caller>();
  for (const cluster of [first, second]) {
    const { verdict, caller } = await callerOn(cluster, probes);
    if (caller) callers.set(cluster.name, caller);
    else runs.miss(`calls and bytes from ${cluster.name}: ${verdict}`);
  }
  const cells = [...callCells(first.name, second.name), ...echoCells(first.name, second.name)];
  const planned = [];
  for (const cell of cells) {
    const caller = callers.get(cell.from);
    const called = calledBy(cell, probes);
    if (!caller) continue;
    if (!called) runs.miss(`${textOf(cell)}: nothing of that kind is exported`);
    else if (!(await answers(caller, called, measuring))) runs.miss(`${textOf(cell)}: ${called.host} does not answer`);
    else planned.push({ cell, caller, called });
  }
  return {
    calls: planned.flatMap(({ cell, caller, called }) => {
      if ("streams" in cell || called.protocol === "tcp") return [];
      const { protocol } = called;
      const load = { rate, seconds, anew: cell.connections === "new" };
      return [runs.plan(cell, textOf(cell), () => callsOf(caller, { ...called, protocol }, load))];
    }),
    echoes: planned.flatMap(({ cell, caller, called }) =>
      "streams" in cell
        ? [runs.plan(cell, textOf(cell), () => echoOf(caller, called, { streams: cell.streams, seconds }))]
        : [],
    ),
  };
}

function callCells(from: string, peer: string): CallCell[] {
  const kinds = [
    { protocol: "http", connections: "kept" },
    { protocol: "http", connections: "new" },
    // fortio has no way to make a connection for each call by gRPC.
    { protocol: "grpc", connections: "kept" },
  ] as const;
  return kinds.flatMap((kind) => [
    { ...kind, path: "local", from, to: from } as const,
    { ...kind, path: "peer", from, to: peer } as const,
  ]);
}

function echoCells(first: string, second: string): EchoCell[] {
  return [1, 4].flatMap((streams) => [
    { streams, from: first, to: second },
    { streams, from: second, to: first },
  ]);
}

function textOf(cell: CallCell | EchoCell): string {
  const { from, to } = cell;
  if ("streams" in cell) return `bytes by ${cell.streams} streams from ${from} to ${to}`;
  const { protocol, connections } = cell;
  return `calls by ${protocol} from ${from} to ${to}, connections ${connections === "kept" ? "kept" : "made anew"}`;
}

/** Where a stand-in of the cell's cluster answers; in its own cluster by the Service's own name. */
function calledBy(cell: CallCell | EchoCell, { namespace, targets }: Probes) {
  const protocol: ProbeProtocol = "streams" in cell ? "tcp" : cell.protocol;
  const { from, to } = cell;
  const found = targets.find(({ protocol: spoken, on }) => spoken === protocol && on.length === 1 && on[0] === to);
  if (!found) return undefined;
  const host = from === to ? `${found.service}.${namespace}.svc.cluster.local` : found.host;
  return { protocol, host, port: found.port };
}

async function callerOn({ kube }: LiveCluster, { namespace, caller: { app, container } }: Probes) {
  const found = await realPod(kube, namespace, app);
  return found.verdict ? { verdict: found.verdict.detail } : { caller: { kube, pod: found.pod, container } };
}

/** Load balancers and meshes take a while until they know a new service. */
async function answers(
  caller: Caller,
  called: { readonly protocol: ProbeProtocol; readonly host: string; readonly port: number },
  { patienceMs = 120_000 }: Measuring,
): Promise<boolean> {
  const end = Date.now() + patienceMs;
  do {
    if (await answersOnce(caller, called)) return true;
    await pause(1_000);
  } while (Date.now() < end);
  return false;
}

async function answersOnce(caller: Caller, { protocol, host, port }: Parameters<typeof answers>[1]): Promise<boolean> {
  try {
    if (protocol === "tcp") return (await echoOf(caller, { host, port }, { streams: 1, seconds: 1 })).megabytes > 0;
    const { failed, calls } = await callsOf(caller, { protocol, host, port }, { rate: 20, seconds: 1, anew: true });
    return failed === 0 && calls > 0;
  } catch {
    return false;
  }
}

async function redisBetween({ demo, clusters }: LiveLab, runs: Runs) {
  const [replica] = demo?.replicas ?? [];
  const instance = demo?.instances.find(({ service }) => service === redisCart);
  const on = (name: string | undefined) => clusters.find((each) => each.name === name);
  const [copy, primary] = [on(replica?.cluster), on(instance?.cluster)];
  if (!demo || !replica || !copy || !primary) {
    runs.miss("Redis: the demo has no copy");
    return [];
  }
  const [own, original] = await Promise.all(
    [copy, primary].map(({ kube }) => realPod(kube, demo.namespace, redisCart)),
  );
  if (!own || !original || own.verdict || original.verdict) {
    runs.miss(`Redis: ${own?.verdict?.detail ?? original?.verdict?.detail}`);
    return [];
  }
  const [there, origin] = [
    { kube: copy.kube, pod: own.pod },
    { kube: primary.kube, pod: original.pod },
  ];
  return runs.plan(undefined, "Redis", () => redisRun(there, origin, replica.primaryHost)).runs;
}

/** Once quiet, once with calls to the peer; one after the other, since both are of all clusters. */
async function usageBetween(lab: LiveLab, [first, second]: Pair, runs: Runs, { effort, windowMs = 20_000 }: Measuring) {
  const seconds = windowMs / 1000;
  const owned = ownedBy[lab.backend];
  const nodes = await Promise.all(
    lab.clusters.map(async ({ kube }) => ({
      kube,
      nodes: nodeNames(await kube.list("v1", "Node"), await simulatedNodes(kube)),
    })),
  );
  const spent = async (meanwhile: () => Promise<unknown>): Promise<Usage> => {
    const before = await usageOf(nodes, owned);
    await meanwhile();
    const after = await usageOf(nodes, owned);
    return { cpuSeconds: after.cpuSeconds - before.cpuSeconds, megabytes: after.megabytes };
  };
  const cell: CallCell = { path: "peer", protocol: "http", connections: "kept", from: first.name, to: second.name };
  const called = lab.probes && calledBy(cell, lab.probes);
  const { caller } = lab.probes ? await callerOn(first, lab.probes) : {};
  return runs.inOrder("what the backend takes", async () => {
    if (!called || !caller) throw new Error("there is nothing to call");
    const idle = await spent(() => pause(windowMs));
    let calls = 0;
    const busy = await spent(async () => {
      const done = await callsOf(caller, { ...called, protocol: "http" }, { rate: effort.rate, seconds, anew: false });
      calls = done.calls;
    });
    return {
      idleCpu: idle.cpuSeconds / seconds,
      cpuPerThousand: ((busy.cpuSeconds - idle.cpuSeconds) * 1000) / calls,
      megabytes: busy.megabytes,
    };
  });
}
