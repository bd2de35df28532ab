/** The steps of a rehearsal: up, checks, a refresh and a second up that must change nothing, destroy, and what is left. */
import type { LiveLab } from "../../checks/common/check";
import { liveLab } from "../../checks/run/live-lab";
import { labOutputs } from "../../checks/run/outputs";
import { runChecks } from "../../checks/run/run";
import { backendProfiles } from "../../components/backends/profiles";
import { priceText } from "../../components/plan/price";
import { thisMachine } from "../../measure/machine";
import { measure } from "../../measure/measure";
import { defaultEffort, type Measurement } from "../../measure/measurement";
import type { JournalEntry } from "../base/operations";
import { faultText } from "../faults/fault";
import type { FailureLogs } from "./failure-logs";
import { phaseResult, previewed, runPhase } from "./phase";
import { podsOf } from "./pods";
import type { Rehearsal } from "./rehearsal";
import { type Leftovers, type Result, shortcomingsOfDestroy, shortcomingsOfUp } from "./result";
import { RealSurroundings } from "./surroundings";

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
  readonly stays: boolean;
}

/** Does all the steps, or those that an earlier process left. */
export async function rehearse(rehearsal: Rehearsal, { keep, earlier, logs }: RehearseArgs): Promise<Rehearsed> {
  const result = earlier ?? (await buildUp(rehearsal));
  if (!earlier) {
    if (keep && !result.abandoned) return { result, stays: true };
    if (result.up?.result === "succeeded") await secondUp(rehearsal, result);
    if (shortcomingsOfUp(result).length > 0) await logs.save(result);
  }
  await logs.learnSecrets();
  await tearDown(rehearsal, result);
  if (shortcomingsOfDestroy(result).length === 0) return { result, stays: false };
  if (!keep) await logs.save(result);
  return { result, stays: keep };
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

  progress.begin("checks");
  const surroundings = surroundingsOf(rehearsal);
  await surroundings.raise();
  const lab = liveLab(labOutputs(await engine.outputs()), surroundings.forChecks);
  const checks = await runChecks(lab);
  const found = await podsOf(lab.clusters, (image) => ground.site?.originOf(image));
  progress.end();
  const checked = { ...result, ...found, checks };
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

function surroundingsOf({ ground, plan, measure }: Rehearsal): RealSurroundings {
  return new RealSurroundings(ground, plan, measure ? "measuring" : "checks");
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
    checks: [],
    previews: [],
    openedWebhooks: [],
    costPerHourUsd: plan.price.perHour,
    cost: priceText(plan.price),
  };
}
