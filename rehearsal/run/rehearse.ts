/** The rehearsal itself: up, checks, a refresh and a second up that must change nothing, destroy, and what is left. */
import { liveLab } from "../../checks/run/live-lab";
import { runChecks } from "../../checks/run/run";
import { backendProfiles } from "../../components/backends/profiles";
import type { LabPlan } from "../../components/lab/plan";
import type { JournalEntry } from "../base/operations";
import { UserError } from "../base/user-error";
import type { Engine, EngineResult } from "../engine/engine";
import type { StateResource } from "../engine/state";
import { type Fault, faultText, type Phase as PhaseName } from "../faults/fault";
import type { Ground } from "../ground/ground";
import { criticalPath } from "./critical-path";
import type { Leftovers, Phase, Result } from "./result";
import { makespanMinutes, type Timeline, type Timelines, timelineOf } from "./timeline";

/** Is told what the rehearsal does. */
export interface Progress {
  /** A phase begins. */
  begin(title: string): void;
  /** It has ended. */
  end(): void;
  /** Something worth a line. */
  say(line: string): void;
}

export interface Rehearsal {
  readonly engine: Engine;
  readonly ground: Ground;
  readonly plan: LabPlan;
  readonly progress: Progress;
  readonly charts: string;
  readonly plugins: readonly string[];
  readonly faults: readonly Fault[];
  readonly kubernetes: string;
  /** Filled as the phases end. */
  readonly timelines: Timelines;
}

/** Builds the lab and checks it. */
export async function buildUp(rehearsal: Rehearsal): Promise<Result> {
  const { engine, ground, plan, progress, timelines } = rehearsal;
  const result = emptyResult(rehearsal);

  progress.begin(`up: ${plan.clusters.length} clusters, ${backendProfiles[plan.config.backend].title}`);
  const journal = ground.journal.begin();
  const up = await insist(rehearsal, "up");
  progress.end();
  const resources = await engine.resources();
  result.resources = resources.length;
  result.created = createdIn(journal);
  const ended = phase(up, journal, resources, "up");
  result.up = ended.phase;
  timelines.up = ended.timeline;
  result.openedWebhooks = ground.openedWebhooks;
  if (up.abandoned) result.abandoned = true;
  if (up.result === "failed") return result;

  progress.begin("checks");
  const checks = await runChecks(liveLab(await engine.outputs()));
  progress.end();
  return { ...result, checks };
}

/** Finds out whether the program is at rest: what is there is what it asks for. */
export async function secondUp({ engine, progress }: Rehearsal, result: Result): Promise<void> {
  progress.begin("refresh and second up");
  const refreshed = await engine.refresh();
  const again = await engine.up();
  progress.end();
  result.secondUp = {
    changes: refreshed.changes + again.changes,
    errors: [...refreshed.errors, ...again.errors],
  };
}

/** Takes the lab down and looks at what is left. */
export async function tearDown(rehearsal: Rehearsal, result: Result): Promise<void> {
  const { engine, ground, progress, timelines } = rehearsal;
  const resources = await engine.resources();
  progress.begin("destroy");
  const journal = ground.journal.begin();
  const destroyed = await insist(rehearsal, "destroy");
  progress.end();
  const leftovers: Leftovers = {
    aws: ground.account.leftovers(),
    kubernetes: ground.controlPlanes.list().map(({ name }) => `control plane ${name}`),
    state: (await engine.resources()).length,
  };
  const ended = phase(destroyed, journal, resources, "down");
  result.destroy = { ...ended.phase, leftovers };
  timelines.destroy = ended.timeline;
  result.faultsMissed = ground.injector.pending;
}

interface Insisted extends EngineResult {
  readonly attempts: number;
  /** Given up on request, after a fault. */
  readonly abandoned: boolean;
}

/** Runs a phase; when a fault that was asked for spoils it, does what a user would do and runs it again. */
async function insist({ engine, ground, plan, progress }: Rehearsal, name: PhaseName): Promise<Insisted> {
  const { injector, journal } = ground;
  for (let attempts = 1; ; attempts++) {
    injector.begin(name);
    const lost = injector.losses().map((cluster) => eksName(plan, cluster));
    for (const cluster of lost) await ground.controlPlanes.stop(cluster);
    const ended = await engine[name]();
    if (ended.result === "succeeded" || !injector.disturbed) return { ...ended, attempts, abandoned: false };

    const { killed } = injector;
    // Of its own end a killed engine says nothing that would help.
    const reasons = killed ? ["the engine was killed"] : ended.errors.slice(0, 2);
    for (const reason of reasons) progress.say(`  ${name} ended early: ${reason.split("\n")[0]}`);
    injector.begin(undefined);
    for (const cluster of lost) await ground.controlPlanes.start(cluster);
    if (killed) {
      progress.say("  cancel, repair the state, refresh");
      await journal.idle();
      const { result, errors } = await engine.recover((urn) => journal.made(urn));
      if (result === "failed") return { ...ended, errors, attempts, abandoned: false };
    }
    if (killed?.next === "destroy") return { ...ended, attempts, abandoned: true };
    progress.say(`  ${name} again`);
  }
}

/** @throws UserError when the lab has no such cluster */
function eksName({ clusters }: LabPlan, name: string): string {
  const found = clusters.find((cluster) => cluster.name === name);
  if (found) return found.eksName;
  throw new UserError(`--fault lose-api:${name}: the lab has ${clusters.map((each) => each.name).join(", ")}.`);
}

function createdIn(journal: readonly JournalEntry[]): string[] {
  const created = journal.filter(({ verb, error }) => verb === "create" && error === undefined);
  return [...new Set(created.map(({ type, name }) => `${type}::${name}`))].sort();
}

function emptyResult({ plan, charts, plugins, kubernetes, faults }: Rehearsal): Result {
  const served = ["aws", "eks", "kubernetes", "tls"];
  return {
    backend: plan.config.backend,
    stack: plan.name,
    clusters: plan.clusters.map(({ name }) => name),
    charts,
    plugins: Object.fromEntries(served.map((name) => [name, plugins.includes(name) ? "engine" : "standin"])),
    kubernetes,
    resources: 0,
    created: [],
    faults: faults.map(faultText),
    faultsMissed: [],
    checks: [],
    openedWebhooks: [],
    costPerHourUsd: plan.price.perHour,
  };
}

function phase(
  { result, seconds, errors, attempts }: Insisted,
  journal: readonly JournalEntry[],
  resources: readonly StateResource[],
  direction: "up" | "down",
): { phase: Phase; timeline: Timeline } {
  const verb = direction === "up" ? "create" : "delete";
  const durations = new Map(
    journal.flatMap((entry) =>
      entry.verb === verb && entry.end !== undefined ? [[entry.urn, entry.end - entry.start]] : [],
    ),
  );
  const path = criticalPath(resources, durations, direction);
  return {
    phase: {
      result,
      attempts,
      seconds,
      awsMinutes: tenths(makespanMinutes(journal)),
      lowerBoundMinutes: tenths(path.seconds / 60),
      criticalPath: path.urns.map((urn) => urn.split("::").slice(2).join(" ").split("$").at(-1) ?? urn),
      errors,
    },
    timeline: timelineOf(journal, path.urns, verb),
  };
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
