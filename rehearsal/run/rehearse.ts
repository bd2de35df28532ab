/**
 * The steps of a rehearsal: up, checks, changes that were asked for, a refresh and a second up that must change nothing,
 * destroy, and what is left.
 */
import type { LiveLab } from "../../checks/common/check";
import { backendProfiles } from "../../components/backends/profiles";
import { priceText } from "../../components/plan/price";
import { thisMachine } from "../../measure/machine";
import { measure } from "../../measure/measure";
import { defaultEffort, type Measurement } from "../../measure/measurement";
import type { JournalEntry } from "../base/operations";
import { faultText } from "../faults/fault";
import { makeChange } from "./change";
import { checkLab, surroundingsOf } from "./checked";
import type { FailureLogs } from "./failure-logs";
import { phaseResult, runPhase } from "./phase";
import type { Rehearsal } from "./rehearsal";
import { type Leftovers, type Result, shortcomingsOfDestroy, shortcomingsOfUp } from "./result";

/** How much of a rehearsal is done. */
export interface RehearseArgs {
  /** Whether the lab stays when it has been checked, and when it cannot be taken down. */
  readonly keep: boolean;
  /** Of an earlier process, which kept the lab: what is left is to take it down. */
  readonly earlier: Result | undefined;
  /** Where logs go when something fails and the lab does not stay. */
  readonly logs: FailureLogs;
}

/** A rehearsal that has ended, and whether its lab stays. */
export interface Rehearsed {
  readonly result: Result;
  /** With the lab as it was in the end. */
  readonly rehearsal: Rehearsal;
  readonly stays: boolean;
}

/** Does all the steps, or those that an earlier process left. */
export async function rehearse(begun: Rehearsal, { keep, earlier, logs }: RehearseArgs): Promise<Rehearsed> {
  const result = earlier ?? (await buildUp(begun));
  const rehearsal = earlier ? changedAsBefore(begun, earlier) : await makeChanges(begun, result);
  if (!earlier) {
    if (keep && !result.abandoned) return { result, rehearsal, stays: true };
    if (isUp(result)) await secondUp(rehearsal, result);
    if (shortcomingsOfUp(result).length > 0) await logs.save(result);
  }
  await logs.learnSecrets();
  await tearDown(rehearsal, result);
  if (shortcomingsOfDestroy(result).length === 0) return { result, rehearsal, stays: false };
  if (!keep) await logs.save(result);
  return { result, rehearsal, stays: keep };
}

/** All that were asked for, or those up to one after which the lab is not well. */
async function makeChanges(begun: Rehearsal, result: Result): Promise<Rehearsal> {
  let rehearsal = begun;
  for (const change of begun.changes) {
    if (!isUp(result) || shortcomingsOfUp(result).length > 0) break;
    rehearsal = await makeChange(rehearsal, change, result);
  }
  return rehearsal;
}

/** The lab as an earlier process left it. */
function changedAsBefore(begun: Rehearsal, { changes }: Result): Rehearsal {
  const last = begun.changes[changes.length - 1];
  return last ? { ...begun, plan: last.plan } : begun;
}

function isUp({ up, changes }: Result): boolean {
  return up?.result === "succeeded" && changes.every(({ result }) => result === "succeeded");
}

/** Builds the lab and checks it. */
async function buildUp(rehearsal: Rehearsal): Promise<Result> {
  const { engine, ground, plan, progress, timelines } = rehearsal;
  const result = emptyResult(rehearsal);

  progress.begin(`up: ${plan.clusters.length} clusters, ${backendProfiles[plan.config.backend].title}`);
  const journal = ground.journal.begin();
  const up = await runPhase(rehearsal, "up", result.previews);
  progress.end();
  const resources = await engine.resources();
  result.resources = resources.length;
  result.created = createdIn(journal);
  const ended = phaseResult("up", up, journal, resources);
  result.up = ended.phase;
  timelines.up = ended.timeline;
  result.openedWebhooks = ground.openedWebhooks;
  if (up.abandoned) result.abandoned = true;
  if (up.result === "failed") return result;

  const { lab, ...seen } = await checkLab(rehearsal);
  const checked = { ...result, ...seen };
  const isWell = shortcomingsOfUp(checked).length === 0;
  if (rehearsal.measure && !ground.site) progress.say("nothing is measured: pods are simulated");
  return rehearsal.measure && ground.site && isWell
    ? { ...checked, measurement: await measured(rehearsal, lab) }
    : checked;
}

/** Measures the lab, which is up and well. */
async function measured({ plan, progress, kubernetes }: Rehearsal, lab: LiveLab): Promise<Measurement> {
  progress.begin("measure");
  try {
    return await measure(lab, {
      header: {
        at: new Date().toISOString(),
        machine: thisMachine(),
        kubernetes,
        charts: Object.values(plan.charts).map(({ name, version }) => `${name} ${version}`),
      },
      effort: defaultEffort,
      tell: (line) => progress.say(`  ${line}`),
    });
  } finally {
    progress.end();
  }
}

/** Finds out whether the program is at rest: what is there is what it asks for. */
async function secondUp({ engine, progress }: Rehearsal, result: Result): Promise<void> {
  progress.begin("refresh and second up");
  const { changes, errors } = await engine.refreshAndUp();
  progress.end();
  result.secondUp = { changes, errors };
}

/** Takes the lab down and looks at what is left. */
async function tearDown(rehearsal: Rehearsal, result: Result): Promise<void> {
  const { engine, ground, progress, timelines } = rehearsal;
  const resources = await engine.resources();
  progress.begin("destroy");
  await surroundingsOf(rehearsal).remove();
  const journal = ground.journal.begin();
  const destroyed = await runPhase(rehearsal, "destroy", result.previews);
  progress.end();
  const leftovers: Leftovers = {
    ...(await ground.existing.leftBehind()),
    state: (await engine.resources()).length,
  };
  const ended = phaseResult("destroy", destroyed, journal, resources);
  result.destroy = { ...ended.phase, leftovers };
  timelines.destroy = ended.timeline;
  result.faultsMissed = ground.injector.pending;
}

function createdIn(journal: readonly JournalEntry[]): string[] {
  const created = journal.filter(({ verb, error }) => verb === "create" && error === undefined);
  return [...new Set(created.map(({ type, name }) => `${type}::${name}`))].sort();
}

function emptyResult({ ground, plan, charts, plugins, kubernetes, faults }: Rehearsal): Result {
  const served = [...Object.keys(ground.providers), ...plugins].sort();
  return {
    backend: plan.config.backend,
    stack: plan.name,
    clusters: plan.clusters.map(({ name }) => name),
    charts,
    plugins: Object.fromEntries(served.map((name) => [name, plugins.includes(name) ? "engine" : "standin"])),
    nodes: ground.site ? "real" : "simulated",
    pods: { real: 0, realIn: {}, simulated: [] },
    images: [],
    kubernetes,
    resources: 0,
    created: [],
    faults: faults.map(faultText),
    faultsMissed: [],
    changes: [],
    checks: [],
    previews: [],
    openedWebhooks: [],
    costPerHourUsd: plan.price.perHour,
    cost: priceText(plan.price),
  };
}
