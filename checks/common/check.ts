/** What a check is: one question about live clusters, asked of a cluster or of an ordered pair. */
import type { ClusterDescription, DemoDescription, LabDescription } from "../../components/lab/description";
import type { KubeClient, KubeProber } from "../kube/client";

/** A cluster as the stack's outputs describe it, with a way to ask it. */
export interface LiveCluster extends Omit<ClusterDescription, "region"> {
  /** As the configuration has it. */
  readonly name: string;
  /** Asks its API server, with the rights of the kubeconfig in the outputs. */
  readonly kube: KubeProber;
  /** Asks its API server with the credentials of another kubeconfig, which leads there too. */
  readonly connect: (kubeconfig: string) => Pick<KubeClient, "list" | "create" | "apply">;
}

/** A lab as the stack's outputs describe it. */
export interface LiveLab extends Omit<LabDescription, "clusters" | "demo" | "naming"> {
  /** All of them: every ordered pair is asked about. */
  readonly clusters: readonly LiveCluster[];
  /** Undefined when it is off. */
  readonly demo?: DemoDescription | undefined;
}

/** The finding. */
export interface Verdict {
  /** `skipped` where the question does not apply, `warning` for what is good today and will not be; they fail nobody. */
  readonly status: "pass" | "warning" | "fail" | "skipped";
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
/** What will go wrong, and what to do about it. */
export const warning = (detail: string): Verdict => ({ status: "warning", detail });
/** What is wrong, in words that tell where to look. */
export const fail = (detail: string): Verdict => ({ status: "fail", detail });
/** Why the question does not apply. */
export const skip = (detail: string): Verdict => ({ status: "skipped", detail });

/** Fails with all of `problems`, or passes with `detail` when there is none. */
export function verdict(problems: readonly (string | false | undefined)[], detail: string): Verdict {
  const real = problems.filter((problem) => typeof problem === "string");
  return real.length > 0 ? fail(real.join("; ")) : pass(detail);
}
