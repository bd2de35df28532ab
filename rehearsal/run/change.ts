/** A change of a lab that runs, as a person makes one: another setting, a preview, an up, and a look whether all is well. */
import { settingText } from "../base/setting-text";
import { changingActions } from "../engine/steps";
import { Callers } from "./callers";
import { checkLab, liveLabOf, surroundingsOf } from "./checked";
import { previewed } from "./phase";
import type { Change, Rehearsal } from "./rehearsal";
import type { ChangeResult, Result } from "./result";
import { makespanMinutes } from "./timeline";

/**
 * Makes a change of a lab that is up, and notes in `result` how it went and what there is now.
 *
 * @returns the rehearsal with the lab as it is now asked for
 */
export async function makeChange(
  before: Rehearsal,
  { setting, stackFile, plan }: Change,
  result: Result,
): Promise<Rehearsal> {
  const { engine, ground, progress } = before;
  const after: Rehearsal = { ...before, plan };
  // What the program does not know of must not hold up what goes: the stand-ins of a cluster that leaves go first.
  if (plan.clusters.length < before.plan.clusters.length) await surroundingsOf(before).remove();

  const callers = ground.site && (await Callers.begin(await liveLabOf(before)));
  progress.begin(`then ${settingText(setting)}`);
  engine.set(stackFile);
  const journal = ground.journal.begin();
  const ended = await previewed(after, "up", result.previews);
  progress.end();
  const made: Omit<ChangeResult, "checks" | "felt"> = {
    setting,
    result: ended.result,
    seconds: ended.seconds,
    awsMinutes: Math.round(makespanMinutes(journal) * 10) / 10,
    resources: countsOf(ended.steps),
    errors: ended.errors,
  };
  if (ended.result === "failed") {
    await callers?.end();
    result.changes.push({ ...made, checks: [] });
    return after;
  }
  const { checks, pods, images } = await checkLab(after);
  const felt = await callers?.end();
  result.changes.push({ ...made, checks, ...(felt ? { felt } : {}) });
  Object.assign(result, { pods, images, resources: (await engine.resources()).length });
  return after;
}

function countsOf(steps: Awaited<ReturnType<typeof previewed>>["steps"]): ChangeResult["resources"] {
  const actions = [...steps.values()].map(({ action }) => action);
  const counted = changingActions.map((each) => [each, actions.filter((action) => action === each).length]);
  return Object.fromEntries(counted) as ChangeResult["resources"];
}
