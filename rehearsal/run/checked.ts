/** The checks of a lab that is up, and what ran in it. */
import type { LiveLab } from "../../checks/common/check";
import { liveLab } from "../../checks/run/live-lab";
import { labOutputs } from "../../checks/run/outputs";
import { runChecks } from "../../checks/run/run";
import { podsOf } from "./pods";
import type { Rehearsal } from "./rehearsal";
import type { Result } from "./result";
import { RealSurroundings } from "./surroundings";

/** What was found, and the lab for further questions. */
export interface Checked extends Pick<Result, "checks" | "pods" | "images"> {
  readonly lab: LiveLab;
}

/** Puts the stand-ins onto the clusters, where there are real nodes, and asks every check. */
export async function checkLab(rehearsal: Rehearsal): Promise<Checked> {
  const { ground, progress } = rehearsal;
  progress.begin("checks");
  const surroundings = surroundingsOf(rehearsal);
  await surroundings.raise();
  const lab = await liveLabOf(rehearsal);
  const checks = await runChecks(lab);
  const found = await podsOf(lab.clusters, (image) => ground.site?.originOf(image));
  progress.end();
  return { ...found, checks, lab };
}

/** The lab that is up, as checks have it. */
export async function liveLabOf(rehearsal: Rehearsal): Promise<LiveLab> {
  return liveLab(labOutputs(await rehearsal.engine.outputs()), surroundingsOf(rehearsal).forChecks);
}

/** What a lab with real nodes has besides what the program makes. */
export function surroundingsOf({ ground, plan, measure }: Rehearsal): RealSurroundings {
  return new RealSurroundings(ground, plan, measure ? "measuring" : "checks");
}
