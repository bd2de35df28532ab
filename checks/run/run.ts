import { setTimeout } from "node:timers/promises";
import { orderedPairs } from "../../components/base/pairs";
import { type Check, type Evidence, fail, type LiveLab, type Verdict } from "../common/check";
import { certificatesLast } from "../common/lifetimes";
import { demoChecks } from "../demo/checks";
import type { Disruption } from "../disrupt/disrupt";
import { probeChecks } from "../probes/checks";
import { backendChecks } from "./registry";

/** One line of the verdict. */
export interface CheckResult extends Verdict {
  readonly id: string;
  /** What it is to be like, in a sentence. */
  readonly expected: string;
  readonly cluster: string;
  /** The other cluster of a pair. */
  readonly peer?: string;
  readonly evidence: Evidence;
  /** How long it took to know, trying again included. */
  readonly seconds: number;
  /** What clients felt, where something was taken away for it. */
  readonly disruption?: Disruption;
}

/** To be told which questions are under way; by name of the check. */
export interface Watcher {
  asked(what: string): void;
  answered(what: string): void;
}

/** How checks are asked. */
export interface Asking {
  /** Default: nobody is told. */
  readonly watcher?: Watcher;
  /** For how long a failing check is asked again. Default: as the check says, or 15 s for what is configured, 60 s for packets. */
  readonly patienceMs?: Readonly<Record<Evidence, number>>;
}

const nobody: Watcher = { asked: () => {}, answered: () => {} };

/**
 * For how many seconds a failing check is asked again: controllers need a moment to write down what they did, tunnels some seconds, and
 * proxies leave out for half a minute what has failed.
 */
const patience: Readonly<Record<Evidence, number>> = { configuration: 15, packets: 60 };
const pauseMs = 500;

/** Asks every check of the lab, of its backend and of its demo, of every cluster and every ordered pair. */
export async function runChecks(lab: LiveLab, { watcher = nobody, patienceMs }: Asking = {}): Promise<CheckResult[]> {
  const checks = [
    certificatesLast,
    ...backendChecks(lab.backend),
    ...(lab.demo ? demoChecks : []),
    ...(lab.probes ? probeChecks : []),
  ];
  const asked = checks.flatMap((check) => questions(check, lab));
  return Promise.all(
    asked.map(async ({ ask, patience: own, ...question }) => {
      const began = Date.now();
      watcher.asked(question.id);
      const found = await retry(ask, patienceMs?.[question.evidence] ?? (own ?? patience[question.evidence]) * 1000);
      watcher.answered(question.id);
      return { ...question, ...found, seconds: (Date.now() - began) / 1000 };
    }),
  );
}

type Ask = () => Promise<Verdict>;

interface Question extends Omit<CheckResult, keyof Verdict | "seconds" | "disruption"> {
  readonly ask: Ask;
  /** Seconds. */
  readonly patience?: number | undefined;
}

function questions(check: Check, lab: LiveLab): Question[] {
  const { id, expects: expected, evidence = "configuration", patience } = check;
  if ("ofCluster" in check) {
    return lab.clusters.map((cluster) => ({
      id,
      expected,
      evidence,
      patience,
      cluster: cluster.name,
      ask: () => check.ofCluster(cluster, lab),
    }));
  }
  return orderedPairs(lab.clusters).map(([here, peer]) => ({
    id,
    expected,
    evidence,
    patience,
    cluster: here.name,
    peer: peer.name,
    ask: () => check.ofPair(here, peer, lab),
  }));
}

async function retry(ask: Ask, patienceMs: number): Promise<Verdict> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const found = await ask().catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
    if (found.status !== "fail" || Date.now() >= until) return found;
    await setTimeout(pauseMs);
  }
}
