/** Who keeps calling from cluster to cluster while a lab is changed, and what they feel of it. */
import type { LiveLab } from "../../checks/common/check";
import { realPod } from "../../checks/common/real-pods";
import { replicationLink } from "../../checks/disrupt/replication";
import type { Caller } from "../../checks/probes/fortio";
import { orderedPairs } from "../../components/base/pairs";
import { type Called, callsOf } from "../../measure/fortio";

/** What the callers of a change felt. */
export interface Felt {
  /** By who calls whom, and how. */
  readonly calls: readonly CallsFelt[];
  /** Connections by which Redis is copied, that were there before, and how many of them lived on. */
  readonly replications: { readonly before: number; readonly livedOn: number };
}

/** Calls of one kind. */
export interface CallsFelt {
  readonly from: string;
  readonly to: string;
  /** Host and port. */
  readonly target: string;
  /** On connections that are kept, or each on one of its own. */
  readonly connections: "kept" | "new";
  readonly calls: number;
  readonly failed: number;
}

/** Calls a second, and for how many seconds the same connections are called on; then others are made. */
const load = { rate: 10, seconds: 10 } as const;

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

  /** Somebody on every cluster who calls what peers alone have, by the stand-ins. */
  static async begin(lab: LiveLab): Promise<Callers> {
    return new Callers(lab, await linksOf(lab), await waysOf(lab));
  }

  /** Lets those calls end that are under way. */
  async end(): Promise<Felt> {
    this.stopped = true;
    const calls = await Promise.all(this.loops);
    const now = await linksOf(this.lab);
    const livedOn = [...this.links].filter(([pair, link]) => now.get(pair) === link).length;
    return { calls, replications: { before: this.links.size, livedOn } };
  }

  private async keepCalling({ caller, called, connections, ...way }: Way): Promise<CallsFelt> {
    const felt = { calls: 0, failed: 0 };
    while (!this.stopped) {
      // Fortio ends without figures when nothing at all is answered.
      const run = await callsOf(caller, called, { ...load, anew: connections === "new" }).catch(() => noneAnswered);
      felt.calls += run.calls;
      felt.failed += run.failed;
    }
    return { ...way, connections, target: `${called.host}:${called.port}`, ...felt };
  }
}

const noneAnswered = { calls: 1, failed: 1 };

interface Way extends Pick<CallsFelt, "from" | "to" | "connections"> {
  readonly caller: Caller;
  readonly called: Called;
}

async function waysOf({ clusters, probes }: LiveLab): Promise<Way[]> {
  if (!probes) return [];
  const { namespace, caller, targets } = probes;
  const found = orderedPairs(clusters).map(async ([{ name: from, kube }, { name: to }]): Promise<Way[]> => {
    const pod = await realPod(kube, namespace, caller.app);
    if (pod.verdict) return [];
    const who = { kube, pod: pod.pod, container: caller.container };
    return targets
      .filter((each) => each.from.includes(from) && each.on.length === 1 && each.on[0] === to)
      .flatMap(({ protocol, host, port }): Way[] => {
        if (protocol === "tcp") return [];
        const kept: Way = { from, to, caller: who, called: { protocol, host, port }, connections: "kept" };
        return protocol === "http" ? [kept, { ...kept, connections: "new" }] : [kept];
      });
  });
  return (await Promise.all(found)).flat();
}

async function linksOf(lab: LiveLab): Promise<Map<string, string>> {
  const found = orderedPairs(lab.clusters).map(async ([here, peer]) => {
    const link = await replicationLink(here, peer, lab);
    return link === undefined ? [] : [[`${here.name} ${peer.name}`, link] as const];
  });
  return new Map((await Promise.all(found)).flat());
}
