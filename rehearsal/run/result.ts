import type { CheckResult } from "../../checks/run/run";
import type { Measurement } from "../../measure/measurement";
import type { OpenedWebhook } from "../aws/cluster/webhooks";
import type { PhaseName } from "../base/phase";
import { settingText } from "../base/setting-text";
import type { EngineResult } from "../engine/engine";
import type { ChangingAction } from "../engine/steps";
import type { Origin } from "../images/store";
import type { Felt } from "./callers";
import { type Surprise, surpriseText } from "./surprises";

/** How the lab came up, or went. */
export interface PhaseResult {
  /** Of the last attempt. */
  readonly result: EngineResult["result"];
  /** How often it was tried: more than once after faults. */
  readonly attempts: number;
  /** Seconds of real time, of the last attempt. */
  readonly seconds: number;
  /** Minutes that AWS would have taken, by the emulated AWS's clock. */
  readonly awsMinutes: number;
  /** Minutes of the longest chain of operations that depend on each other: no engine could be quicker. */
  readonly lowerBoundMinutes: number;
  /** The operations on that chain, as type and name. */
  readonly criticalPath: readonly string[];
  /** What the engine complained of. */
  readonly errors: readonly string[];
}

/** The preview of an operation, and how far the operation kept to it. */
export interface PreviewResult {
  readonly of: PhaseName;
  /** Seconds of real time. */
  readonly seconds: number;
  /** Where something else happened than it announced. */
  readonly surprises: readonly Surprise[];
}

/** A change of a running lab, and how the lab was after it. */
export interface ChangeResult {
  /** The setting, as on the command line. */
  readonly setting: string;
  readonly result: EngineResult["result"];
  /** Seconds of real time. */
  readonly seconds: number;
  /** Minutes that AWS would have taken. */
  readonly awsMinutes: number;
  /** How many resources were created, updated, replaced and deleted. */
  readonly resources: Readonly<Record<ChangingAction, number>>;
  /** What the engine complained of. */
  readonly errors: readonly string[];
  /** Empty when it failed. */
  readonly checks: readonly CheckResult[];
  /** By who called meanwhile, until the checks were done; left out when it failed, and where no pods run. */
  readonly felt?: Felt;
}

/** What ran, and what only seemed to. */
export interface PodsResult {
  /** How many pods a kubelet ran. */
  readonly real: number;
  /** The same by cluster. */
  readonly realIn: Readonly<Record<string, number>>;
  readonly simulated: readonly SimulatedPod[];
}

/** A pod of which nothing but its object was there. */
export interface SimulatedPod {
  readonly cluster: string;
  /** Namespace and name. */
  readonly pod: string;
  readonly reason: string;
}

/** An image of a pod that ran. */
export interface ImageResult {
  /** As the pod names it. */
  readonly name: string;
  readonly origin: Origin;
}

/** What `--json` writes. */
export interface Result {
  /** Name of the backend. */
  readonly backend: string;
  /** Name of the stack. */
  readonly stack: string;
  /** Names of the clusters. */
  readonly clusters: readonly string[];
  /** `standin`, `upstream`, the folder, or the module from which real ones were packed. */
  readonly charts: string;
  /** Who served each package that the lab takes: `standin` or `engine`. */
  readonly plugins: Readonly<Record<string, "standin" | "engine">>;
  /** Whether kubelets ran pods. */
  readonly nodes: "simulated" | "real";
  /** As they were when the lab was checked. */
  pods: PodsResult;
  /** Of the pods that ran, by name. */
  images: readonly ImageResult[];
  /** Version of the control planes that stood in for EKS's. */
  readonly kubernetes: string;
  /** Resources in the state after up. */
  resources: number;
  /** What was created, as type and name. */
  created: readonly string[];
  /** What was to go wrong, as on the command line. */
  readonly faults: readonly string[];
  /** Those that did not come to pass. */
  faultsMissed: readonly string[];
  /** Up was given up after a fault, on request. */
  abandoned?: true;
  /** Undefined before it has ended, as are the next ones. */
  up?: PhaseResult;
  /** In their order, up to the first that failed. */
  readonly changes: ChangeResult[];
  /** Every check of every cluster, or of every ordered pair; empty when up failed. */
  checks: readonly CheckResult[];
  /** Undefined unless it was asked for, and the lab was up and well. */
  measurement?: Measurement;
  /** Changes by a refresh and another up, and what the engine complained of. */
  secondUp?: { readonly changes: number; readonly errors: readonly string[] };
  /** With what it left. */
  destroy?: PhaseResult & { readonly leftovers: Leftovers };
  /** Of every attempt at every operation, in their order. */
  readonly previews: PreviewResult[];
  /** Webhooks that nothing could have answered, since no pod runs. */
  openedWebhooks: readonly OpenedWebhook[];
  /** In us-east-1, before traffic and disks. */
  readonly costPerHourUsd: number;
  /** The same in a line, with what the sum does not hold. */
  readonly cost: string;
}

/** What should be gone. */
export interface Leftovers {
  /** Resources of the account that are still there, without those that were there before the lab. */
  readonly aws: readonly string[];
  /** Control planes of the lab that still run, and what it left in clusters that were there before it: `one: Namespace mesh`. */
  readonly kubernetes: readonly string[];
  /** Resources in the stack's state. */
  readonly state: number;
}

/**
 * Why the rehearsal is no success; empty when it is.
 *
 * @param kept whether the lab stays on purpose: then destroy only counts if it was tried
 */
export function shortcomings(result: Result, kept = false): string[] {
  const down = kept && !result.destroy ? [] : shortcomingsOfDestroy(result);
  return [...shortcomingsOfUp(result), ...down];
}

/** What went wrong up to the second up. */
export function shortcomingsOfUp({ up, checks, changes, secondUp, abandoned, previews }: Result): string[] {
  return [
    up?.result !== "succeeded" && !abandoned && "up failed",
    ...shortcomingsOfChecks(checks),
    up?.result === "succeeded" && checks.length === 0 && "nothing was checked",
    ...changes.flatMap(shortcomingsOfChange),
    secondUp !== undefined && secondUp.changes !== 0 && `the second up changed ${secondUp.changes}`,
    (secondUp?.errors.length ?? 0) > 0 && "the second up failed",
    ...untrue(previews, "up"),
  ].filter((each) => typeof each === "string");
}

function shortcomingsOfChange({ setting, result, checks }: ChangeResult): string[] {
  if (result === "failed") return [`the change ${settingText(setting)} failed`];
  return shortcomingsOfChecks(checks).map((each) => `after ${settingText(setting)} ${each}`);
}

function shortcomingsOfChecks(checks: readonly CheckResult[]): string[] {
  const failed = checks.filter(({ status }) => status === "fail");
  return failed.length > 0 ? [`${failed.length} of ${checks.length} checks failed`] : [];
}

/** What went wrong when the lab was taken down, and faults that had not happened by then. */
export function shortcomingsOfDestroy({ destroy, faultsMissed, previews }: Result): string[] {
  const left = destroy ? destroy.leftovers.aws.length + destroy.leftovers.kubernetes.length : 0;
  const inState = destroy?.leftovers.state ?? 0;
  return [
    destroy?.result !== "succeeded" && "destroy failed",
    faultsMissed.length > 0 && `did not come to pass: ${faultsMissed.join(", ")}`,
    ...untrue(previews, "destroy"),
    left + inState > 0 && `left behind: ${left} things and ${inState} resources in the state`,
  ].filter((each) => typeof each === "string");
}

/** The first few say what kind it is. */
function untrue(previews: readonly PreviewResult[], of: PhaseName): string[] {
  const found = previews.filter((preview) => preview.of === of).flatMap((preview) => preview.surprises);
  if (found.length === 0) return [];
  const shown = found.slice(0, 5).map(surpriseText).join(", ");
  return [`a preview of ${of} announced something else than happened to ${found.length} resources (${shown})`];
}
