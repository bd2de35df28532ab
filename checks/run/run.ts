import { setTimeout } from "node:timers/promises";
import { orderedPairs } from "../../components/base/pairs";
import { type Check, fail, type LiveLab, type Verdict } from "../common/check";
import { certificatesLast } from "../common/lifetimes";
import { demoChecks } from "../demo/checks";
import { backendChecks } from "./registry";

/** One line of the verdict. */
export interface CheckResult extends Verdict {
  readonly id: string;
  readonly cluster: string;
  /** The other cluster of a pair. */
  readonly peer?: string;
}

/** How often a failing check is asked again: controllers need a moment to write down what they did, tunnels some seconds. */
const retries = { attempts: 30, pauseMs: 500 } as const;

/** Asks every check of the lab, of its backend and of its demo, of every cluster and every ordered pair. */
export async function runChecks(lab: LiveLab): Promise<CheckResult[]> {
  const checks = [certificatesLast, ...backendChecks(lab.backend), ...(lab.demo ? demoChecks : [])];
  const asked = checks.flatMap((check) => questions(check, lab));
  return Promise.all(asked.map(async ({ ask, ...question }) => ({ ...question, ...(await retry(ask)) })));
}

type Ask = () => Promise<Verdict>;

function questions(check: Check, lab: LiveLab): { id: string; cluster: string; peer?: string; ask: Ask }[] {
  if ("ofCluster" in check) {
    return lab.clusters.map((cluster) => ({
      id: check.id,
      cluster: cluster.name,
      ask: () => check.ofCluster(cluster, lab),
    }));
  }
  return orderedPairs(lab.clusters).map(([here, peer]) => ({
    id: check.id,
    cluster: here.name,
    peer: peer.name,
    ask: () => check.ofPair(here, peer, lab),
  }));
}

async function retry(ask: Ask): Promise<Verdict> {
  let last: Verdict = fail("never asked");
  for (let attempt = 0; attempt < retries.attempts; attempt++) {
    if (attempt > 0) await setTimeout(retries.pauseMs);
    last = await ask().catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
    if (last.status !== "fail") return last;
  }
  return last;
}
