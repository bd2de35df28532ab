/** Disrupts a lab in one way after the other, each only when what the one before took away is there again. */
import { fail, type LiveCluster, type LiveLab, skip, type Verdict } from "../common/check";
import { doDrill, type Felt, type Patience } from "./drill";
import { type Disrupting, type Prepared, type Question, questions } from "./question";
import { replicationLink } from "./replication";

/** What clients felt. */
export interface Disruption extends Felt {
  /** Whether the connection that copies Redis lived on; left out where it does not go this way. */
  readonly replicationLivedOn?: boolean;
}

/** The finding of a disruption. */
export interface DisruptionResult extends Verdict, Omit<Question, "prepare"> {
  readonly evidence: "packets";
  /** How long it took, all waiting included. */
  readonly seconds: number;
  /** Left out where nothing was disrupted, or calls were not answered again. */
  readonly disruption?: Disruption;
}

/** How it is done. */
export interface DisruptOptions {
  /** Is told what goes. */
  readonly tell?: (line: string) => void;
  /** From the user: what is away is put back then, and it ends with the signal's reason. */
  readonly interrupted?: AbortSignal;
  /** For how long it is waited. Default: long enough for AWS. */
  readonly patience?: Patience;
}

/** A node may have to be found for a pod, and a load balancer to look at it a few times. Seconds. */
const generous: Patience = { felt: 300, healed: 300 };

/**
 * Disrupts the lab. Nothing more is taken away when something did not come back.
 *
 * @param because why nothing may be disrupted; undefined when something may
 */
export async function disrupt(
  disrupting: Disrupting,
  because: string | undefined,
  { tell = () => {}, interrupted, patience = generous }: DisruptOptions = {},
): Promise<DisruptionResult[]> {
  const found: DisruptionResult[] = [];
  let reason = because;
  for (const { prepare, ...question } of questions(disrupting)) {
    const began = Date.now();
    const ask = async () => {
      if (reason !== undefined) return skip(reason);
      const prepared = await prepare();
      if ("status" in prepared) return prepared;
      tell(`${question.peer ?? question.cluster}: ${prepared.taking.what}`);
      return felt(prepared, question, disrupting.lab, patience, interrupted);
    };
    const result = await ask().catch((error: unknown) => {
      // Also where the user's interruption made something else fail.
      interrupted?.throwIfAborted();
      return fail(error instanceof Error ? error.message : String(error));
    });
    interrupted?.throwIfAborted();
    if (result.status === "fail")
      reason = `the lab is not sound after ${question.id} on ${question.peer ?? question.cluster}`;
    found.push({ ...question, evidence: "packets", ...result, seconds: (Date.now() - began) / 1000 });
  }
  return found;
}

async function felt(
  { taking: { away, ...taking }, caller }: Prepared,
  { cluster, peer }: Pick<Question, "cluster" | "peer">,
  lab: LiveLab,
  patience: Patience,
  interrupted: AbortSignal | undefined,
): Promise<Verdict & Pick<DisruptionResult, "disruption">> {
  const link = () => (peer === undefined ? undefined : replicationLink(named(lab, cluster), named(lab, peer), lab));
  const before = await link();
  const figures = await doDrill(
    { ...taking, call: caller.call, isReplaced: true },
    { ...(away === undefined ? {} : { away }), ...patience },
    interrupted,
  );
  const disruption = { ...figures, ...(before === undefined ? {} : { replicationLivedOn: (await link()) === before }) };
  return { status: "pass", detail: inWords(disruption, caller.target), disruption };
}

function named({ clusters }: LiveLab, name: string): LiveCluster {
  const found = clusters.find((each) => each.name === name);
  if (!found) throw new Error(`the lab has no cluster ${name}`);
  return found;
}

function inWords({ what, feltAfter, cutOff, failed, calls, replicationLivedOn }: Disruption, target: string): string {
  const calling = `${failed} of ${calls} calls of ${target} failed`;
  return [
    failed === 0
      ? `${what} went, and nobody felt it: ${calling}`
      : `${what} went: felt after ${feltAfter} s for ${cutOff} s, ${calling}`,
    ...(replicationLivedOn === undefined
      ? []
      : [
          replicationLivedOn
            ? "the connection that copies Redis lived on"
            : "the connection that copies Redis was made anew",
        ]),
  ].join("; ");
}
