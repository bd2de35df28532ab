/** What a rehearsal says of a backend. */
import { type PhaseResult, type Result, shortcomings } from "../../rehearsal/run/result";

/** How long AWS would take, and how long it would have to. */
export interface PhaseTime {
  readonly awsMinutes: number;
  /** Of the longest chain of operations that depend on each other. */
  readonly lowerBoundMinutes: number;
}

/** The facts of a rehearsal, as far as it got. */
export interface RehearsalFacts {
  /** Why it is no success; empty when it is. */
  readonly shortcomings: readonly string[];
  /** Undefined when it did not succeed, as is `destroy`. */
  readonly up: PhaseTime | undefined;
  readonly destroy: PhaseTime | undefined;
  /** In Pulumi's state. */
  readonly resources: number;
  /** Those of Kubernetes among them; what charts make counts as one each. */
  readonly objects: number;
  readonly secondUpChanges: number | undefined;
  /** Without those that were skipped, since they do not apply or need pods that run. */
  readonly checks: { readonly passed: number; readonly asked: number; readonly byPackets: number };
}

/** The facts of a result; of a rehearsal that came to none, if it is undefined. */
export function rehearsalFacts(result: Result | undefined): RehearsalFacts {
  if (!result) return nothingSeen;
  const { up, destroy, resources, created, secondUp, checks } = result;
  const asked = checks.filter(({ status }) => status !== "skipped");
  return {
    shortcomings: shortcomings(result),
    up: timeOf(up),
    destroy: timeOf(destroy),
    resources,
    objects: created.filter((each) => each.startsWith("kubernetes:")).length,
    secondUpChanges: secondUp?.changes,
    checks: {
      passed: asked.filter(({ status }) => status === "pass").length,
      asked: asked.length,
      byPackets: asked.filter(({ evidence }) => evidence === "packets").length,
    },
  };
}

const nothingSeen: RehearsalFacts = {
  shortcomings: ["came to no result"],
  up: undefined,
  destroy: undefined,
  resources: 0,
  objects: 0,
  secondUpChanges: undefined,
  checks: { passed: 0, asked: 0, byPackets: 0 },
};

function timeOf(phase: PhaseResult | undefined): PhaseTime | undefined {
  if (phase?.result !== "succeeded") return undefined;
  return { awsMinutes: phase.awsMinutes, lowerBoundMinutes: phase.lowerBoundMinutes };
}
