/** What the engine is asked for that changes the lab: the two phases of a rehearsal that faults can strike. */
export type PhaseName = "up" | "destroy";
