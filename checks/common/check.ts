/** What a check is: one question about live clusters, asked of a cluster or of an ordered pair. */
import type { DemoOutputs } from "../../components/lab/outputs";
import type { KubeReader } from "../kube/client";

/** A cluster as the stack's outputs describe it, with a way to ask it. */
export interface LiveCluster {
  readonly name: string;
  readonly kube: KubeReader;
  readonly endpoint: string;
  /** Where peers come in, if there is one place for all they want. */
  readonly gateway?: string;
  /** Names of the clusters whose Services are found from this one. */
  readonly reaches: readonly string[];
  /** The network from which its packets seem to come when they arrive at a peer. */
  readonly egressCidr: string;
  readonly mtu: { readonly path: number; readonly node: number; readonly pod: number };
}

export interface LiveLab {
  readonly backend: string;
  readonly clusters: readonly LiveCluster[];
  /** The lab's root certificate (PEM). */
  readonly trustAnchor: string;
  /** Undefined when it is off. */
  readonly demo?: LiveDemo | undefined;
}

/** The demo as the outputs describe it. */
export interface LiveDemo extends Omit<DemoOutputs, "url"> {
  readonly url?: string;
}

/** The finding. `skipped` says why the question does not apply. */
export interface Verdict {
  readonly status: "pass" | "fail" | "skipped";
  readonly detail: string;
}

export interface ClusterCheck {
  readonly id: string;
  readonly ofCluster: (cluster: LiveCluster, lab: LiveLab) => Promise<Verdict>;
}

export interface PairCheck {
  readonly id: string;
  /** Asked once for each direction. */
  readonly ofPair: (here: LiveCluster, peer: LiveCluster, lab: LiveLab) => Promise<Verdict>;
}

export type Check = ClusterCheck | PairCheck;

export const pass = (detail: string): Verdict => ({ status: "pass", detail });
export const fail = (detail: string): Verdict => ({ status: "fail", detail });
export const skip = (detail: string): Verdict => ({ status: "skipped", detail });

/** Fails with all of `problems`, or passes with `detail` when there is none. */
export function verdict(problems: readonly (string | false | undefined)[], detail: string): Verdict {
  const real = problems.filter((problem) => typeof problem === "string");
  return real.length > 0 ? fail(real.join("; ")) : pass(detail);
}
