import type { LabPlan } from "../../components/lab/plan";
import type { Engine } from "../engine/engine";
import type { StackFile } from "../engine/stack-file";
import type { Fault } from "../faults/fault";
import type { Ground } from "../ground/ground";
import type { Timelines } from "./timeline";

/** A change of a running lab: one setting, and the lab as it is asked for after it. */
export interface Change {
  /** As on the command line: `KEY=VALUE`. */
  readonly setting: string;
  /** All settings from then on. */
  readonly stackFile: StackFile;
  readonly plan: LabPlan;
}

/** Is told what the rehearsal does. */
export interface Progress {
  /** A phase begins. */
  begin(title: string): void;
  /** It has ended. */
  end(): void;
  /** Something worth a line. */
  say(line: string): void;
}

/** A lab that is about to be rehearsed, and what it is rehearsed on. */
export interface Rehearsal {
  readonly engine: Engine;
  readonly ground: Ground;
  /** The lab as it is asked for now. */
  readonly plan: LabPlan;
  /** What is changed of it when it is up, in this order. */
  readonly changes: readonly Change[];
  readonly progress: Progress;
  /** `standin`, `upstream`, the folder, or the module from which real ones were packed. */
  readonly charts: string;
  /** Packages that the engine serves with its own plugins. */
  readonly plugins: readonly string[];
  /** What is to go wrong. */
  readonly faults: readonly Fault[];
  /** Version of the control planes. */
  readonly kubernetes: string;
  /** Whether the lab is measured. */
  readonly measure: boolean;
  /** Filled as the phases end. */
  readonly timelines: Timelines;
}
