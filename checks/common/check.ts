/** What a check is: one question about live clusters, asked of a cluster or of an ordered pair. */
import type { ClusterDescription, DemoDescription, LabDescription } from "../../components/lab/description";
import type { Probes } from "../../components/lab/probes";
import type { ExecResult, KubeClient, KubeProber, PodRef } from "../kube/client";

/** A cluster as the stack's outputs describe it, with a way to ask it. */
export interface LiveCluster extends Omit<ClusterDescription, "region"> {
  /** As the configuration has it. */
  readonly name: string;
  /** Asks its API server, with the rights of the kubeconfig in the outputs. */
  readonly kube: KubeProber;
  /** Asks its API server with the credentials of another kubeconfig, which leads there too. */
  readonly connect: (kubeconfig: string) => Pick<KubeClient, "list" | "create" | "apply">;
  /** Runs a program of this machine in a pod's network; undefined where pods do not run on it. */
  readonly inPod?: InPod | undefined;
}

/** Runs a program of this machine in the network of a pod, and waits for its end: 30 s at most. */
export type InPod = (pod: PodRef, command: readonly string[]) => Promise<ExecResult>;

/** A lab as the stack's outputs describe it. */
export interface LiveLab extends Omit<LabDescription, "clusters" | "demo" | "naming" | "probes"> {
  /** All of them: every ordered pair is asked about. */
  readonly clusters: readonly LiveCluster[];
  /** Undefined when it is off. */
  readonly demo?: DemoDescription | undefined;
  /** Stand-ins that are on the clusters; undefined where there are none. */
  readonly probes?: Probes | undefined;
}

/** What a finding rests on: packets that went over the network for it, or what is written in the clusters. */
export type Evidence = "packets" | "configuration";

/** A connection that a check made, and what it measured. */
export interface Connection {
  /** Cluster from which it was made. */
  readonly from: string;
  /** Cluster that answered. */
  readonly to: string;
  /** What was called, e.g. `redis-cart.boutique.svc.cluster.local:6379`. */
  readonly target: string;
  /** What it passed on its way, as far as that was seen. */
  readonly path: readonly string[];
  /** Milliseconds for a question and its answer, on average. */
  readonly latencyMs: number;
}

/** The finding. */
export interface Verdict {
  /** `skipped` where the question does not apply, `warning` for what is good today and will not be; they fail nobody. */
  readonly status: "pass" | "warning" | "fail" | "skipped";
  /** What was seen, what is wrong, or why the question does not apply. */
  readonly detail: string;
  /** Connections that it made. */
  readonly connections?: readonly Connection[];
}

/** A question about one cluster. */
export interface ClusterCheck {
  /** Under which its verdict is listed, e.g. `istio-authority`. */
  readonly id: string;
  /** What it is to be like, in a sentence: to be read beside what was found. */
  readonly expects: string;
  /** Default: `configuration`. */
  readonly evidence?: Evidence;
  /** For how many seconds it is asked again while it fails. Default: by the evidence. */
  readonly patience?: number;
  /** Asked of each cluster, and again for some seconds while it fails. What it throws counts as a failure. */
  readonly ofCluster: (cluster: LiveCluster, lab: LiveLab) => Promise<Verdict>;
}

/** A question about two clusters. */
export interface PairCheck {
  /** Under which its verdicts are listed, e.g. `istio-remote-secret`. */
  readonly id: string;
  /** What it is to be like, in a sentence: to be read beside what was found. */
  readonly expects: string;
  /** Default: `configuration`. */
  readonly evidence?: Evidence;
  /** For how many seconds it is asked again while it fails. Default: by the evidence. */
  readonly patience?: number;
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
