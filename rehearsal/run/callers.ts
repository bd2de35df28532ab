/** Who keeps calling from cluster to cluster while a lab is changed, and what they feel of it. */
import { setTimeout as pause } from "node:timers/promises";
import type { LiveCluster, LiveLab } from "../../checks/common/check";
import { realPod } from "../../checks/common/real-pods";
import { callerOfPeer } from "../../checks/disrupt/caller";
import { replicationLink } from "../../checks/disrupt/replication";
import { orderedPairs } from "../../components/base/pairs";
import { callsOf } from "../../measure/fortio";

/** What the callers of a change felt. */
export interface Felt {
  /** By who calls what, and how. */
  readonly calls: readonly CallsFelt[];
  /** Connections by which Redis is copied, that were there before, and how many of them lived on. */
  readonly replications: { readonly before: number; readonly livedOn: number };
}

/** Calls of one kind. */
export interface CallsFelt {
  /** Name of the cluster. */
  readonly from: string;
  /** Host and port. */
  readonly target: string;
  /** On connections that are kept for ten seconds, or each on one of its own. */
  readonly connections: "kept" | "new";
  readonly calls: number;
  readonly failed: number;
}

/** A kind of calls, by one of its rounds. */
interface Way extends Pick<CallsFelt, "from" | "target" | "connections"> {
  readonly round: () => Promise<Pick<CallsFelt, "calls" | "failed">>;
}

/** Calls a second, and for how many seconds the same connections are called on; then others are made. */
const load = { rate: 10, seconds: 10 } as const;

/** Seconds for a call by way of an API server: a machine that rehearses is a busy one. Loads count what takes three. */
const patience = 30;

/** Milliseconds between calls that are made one by one. */
const betweenCalls = 200;

/** Calls that go on until `end`. */
export class Callers {
  private stopped = false;
  private readonly loops: Promise<CallsFelt>[];

  private constructor(
    private readonly lab: LiveLab,
    private readonly links: ReadonlyMap<string, string>,
    ways: readonly Way[],
  ) {
    this.loops = ways.map((way) => this.keepCalling(way));
  }

  /** Somebody on every cluster who calls what peers answer. */
  static async begin(lab: LiveLab): Promise<Callers> {
    const ways = await Promise.all([
      ...lab.clusters.map((here) => loads(here, lab)),
      ...orderedPairs(lab.clusters).map(([here, peer]) => callsOneByOne(here, peer, lab)),
    ]);
    return new Callers(lab, await linksOf(lab), ways.flat());
  }

  /** Lets those calls end that are under way. */
  async end(): Promise<Felt> {
    this.stopped = true;
    const calls = await Promise.all(this.loops);
    const now = await linksOf(this.lab);
    const livedOn = [...this.links].filter(([pair, link]) => now.get(pair) === link).length;
    return { calls, replications: { before: this.links.size, livedOn } };
  }

  private async keepCalling({ round, ...way }: Way): Promise<CallsFelt> {
    const felt = { calls: 0, failed: 0 };
    while (!this.stopped) {
      const { calls, failed } = await round().catch(() => ({ calls: 1, failed: 1 }));
      felt.calls += calls;
      felt.failed += failed;
    }
    return { ...way, ...felt };
  }
}

/** By the stand-ins: on connections that are kept, and by HTTP each on a new one too. */
async function loads({ name: from, kube }: LiveCluster, { probes }: LiveLab): Promise<Way[]> {
  if (!probes) return [];
  const { namespace, caller, targets } = probes;
  const found = await realPod(kube, namespace, caller.app);
  if (found.verdict) return [];
  const who = { kube, pod: found.pod, container: caller.container };
  const abroad = targets.filter((each) => each.from.includes(from) && each.on.some((cluster) => cluster !== from));
  return abroad.flatMap(({ protocol, host, port }): Way[] => {
    if (protocol === "tcp") return [];
    const way = (connections: Way["connections"]): Way => ({
      ...{ from, target: `${host}:${port}`, connections },
      round: () => callsOf(who, { protocol, host, port }, { ...load, anew: connections === "new" }),
    });
    return protocol === "http" ? [way("kept"), way("new")] : [way("kept")];
  });
}

/** As those who are disrupted call a peer. */
async function callsOneByOne(here: LiveCluster, peer: LiveCluster, lab: LiveLab): Promise<Way[]> {
  const caller = await callerOfPeer(here, peer, lab, patience);
  if (typeof caller === "string") return [];
  const { target, call } = caller;
  const round = async () => {
    const answered = await call();
    await pause(betweenCalls);
    return { calls: 1, failed: answered ? 0 : 1 };
  };
  return [{ from: here.name, target, connections: "new", round }];
}

async function linksOf(lab: LiveLab): Promise<Map<string, string>> {
  const found = orderedPairs(lab.clusters).map(async ([here, peer]) => {
    const link = await replicationLink(here, peer, lab);
    return link === undefined ? [] : [[`${here.name} ${peer.name}`, link] as const];
  });
  return new Map((await Promise.all(found)).flat());
}
