/** What it takes to join clusters: what they must have in common, and what a person does without this program. */

/** What every cluster must have beside addresses, for which the plan has rules of its own. */
export interface ClusterDemands {
  /** The same on all. */
  readonly same: readonly string[];
  /** Of each its own, different from the peers'. */
  readonly own: readonly string[];
}

/** Commands that a person enters. */
export interface ManualStep {
  /** What they do, in few words. */
  readonly what: string;
  /** How often it is done for two clusters. */
  readonly times: number;
}

/**
 * How the makers' own guide joins two clusters that are there already, both ways. Steps that only look, and those that install
 * a command on one's own machine, are left out.
 */
export interface ManualJoin {
  /** In the guide's order. */
  readonly steps: readonly ManualStep[];
  /** What each Service takes that the other cluster shall call. */
  readonly eachService: readonly ManualStep[];
  /** Address of the guide; a file of this repository where there is none any more, or never was one. */
  readonly source: string;
}

/** How often something has to be done. */
export function timesOf(steps: readonly ManualStep[]): number {
  return steps.reduce((sum, { times }) => sum + times, 0);
}
