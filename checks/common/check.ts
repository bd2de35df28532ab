/** What a check is: one question about live clusters, asked of a cluster or of an ordered pair. */
import type { DemoOutputs } from "../../components/lab/outputs";
import type { KubeReader } from "../kube/client";

/** A cluster as the stack's outputs describe it, with a way to ask it. */
export interface LiveCluster {
  /** As the configuration has it. */
  readonly name: string;
  /** Asks its API server, with the rights of the kubeconfig in the outputs. */
  readonly kube: KubeReader;
  /** URL of the API server. */
  readonly endpoint: string;
  /** Where peers come in, if there is one place for all they want. */
  readonly gateway?: string;
  /** Names of the clusters whose Services are found from this one. */
  readonly reaches: readonly string[];
  /** The network from which its packets seem to come when they arrive at a peer. */
  readonly egressCidr: string;
  /** Planned MTU in bytes. */
  readonly mtu: { readonly path: number; readonly node: number; readonly pod: number };
}

/** A lab as the stack's outputs describe it. */
export interface LiveLab {
  /** Under the name by which it is chosen. */
  readonly backend: string;
  /** All of them: every ordered pair is asked about. */
  readonly clusters: readonly LiveCluster[];
  /** The lab's root certificate (PEM). */
  readonly trustAnchor: string;
  /** Undefined when it is off. */
  readonly demo?: LiveDemo | undefined;
}

/** The demo as the outputs describe it. */
export interface LiveDemo extends Omit<DemoOutputs, "url"> {
  /** Where people come in: by HTTP. */
  readonly url?: string;
}

/** The finding. */
export interface Verdict {
  /** `skipped` where the question does not apply; it fails nobody. */
  readonly status: "pass" | "fail" | "skipped";
  /** What was seen, what is wrong, or why the question does not apply. */
  readonly detail: string;
}

/** A question about one cluster. */
export interface ClusterCheck {
  /** Under which its verdict is listed, e.g. `istio-authority`. */
  readonly id: string;
  /** Asked of each cluster, and again for some seconds while it fails. What it throws counts as a failure. */
  readonly ofCluster: (cluster: LiveCluster, lab: LiveLab) => Promise<Verdict>;
}

/** A question about two clusters. */
export interface PairCheck {
  /** Under which its verdicts are listed, e.g. `istio-remote-secret`. */
  readonly id: string;
  /** Asked of each direction, in the same way: does `here` reach `peer`, know it, trust it? */
  readonly ofPair: (here: LiveCluster, peer: LiveCluster, lab: LiveLab) => Promise<Verdict>;
}

/** What a backend or the demo brings. */
export type Check = ClusterCheck | PairCheck;

const pass = (detail: string): Verdict => ({ status: "pass", detail });
/** What is wrong, in words that tell where to look. */
export const fail = (detail: string): Verdict => ({ status: "fail", detail });
/** Why the question does not apply. */
export const skip = (detail: string): Verdict => ({ status: "skipped", detail });

/** Fails with all of `problems`, or passes with `detail` when there is none. */
export function verdict(problems: readonly (string | false | undefined)[], detail: string): Verdict {
  const real = problems.filter((problem) => typeof problem === "string");
  return real.length > 0 ? fail(real.join("; ")) : pass(detail);
}
