/** What the report says, as plain data; page.ts makes a page of it. */
import { backendProfiles } from "../../components/backends/profiles";
import type { LabPlan } from "../../components/lab/plan";
import { durationText } from "../base/duration";
import { type PhaseResult, type Result, shortcomings } from "../run/result";
import type { Timeline, Timelines } from "../run/timeline";
import { type Section, sectionsOf } from "./tables";
import { type Seen, type Topology, topologyOf } from "./topology";

/** One of the figures at the top. */
export interface Figure {
  readonly name: string;
  readonly value: string;
  readonly note?: string;
}

/** A phase as a chart. */
export interface Chart {
  readonly id: "up" | "destroy";
  readonly title: string;
  readonly timeline: Timeline;
  /** AWS seconds, as are the next two. */
  readonly makespan: number;
  readonly lowerBound: number;
  /** End of the axis, the same for all charts. */
  readonly until: number;
}

/** Everything on the page. */
export interface ReportModel {
  readonly title: string;
  /** Why it is no success; empty when it is. */
  readonly shortcomings: readonly string[];
  /** Whether it stopped after the checks on purpose. */
  readonly kept: boolean;
  readonly figures: readonly Figure[];
  /** What the engine complained of. */
  readonly errors: readonly string[];
  readonly leftovers: readonly string[];
  readonly topology: Topology;
  readonly charts: readonly Chart[];
  readonly sections: readonly Section[];
}

/** @param kept whether the lab was kept after the checks */
export function reportModel(result: Result, plan: LabPlan, timelines: Timelines, kept: boolean): ReportModel {
  const { up, changes, secondUp, destroy } = result;
  return {
    title: `Rehearsal of ${result.stack}: ${backendProfiles[plan.config.backend].title} on ${result.clusters.join(", ")}`,
    shortcomings: shortcomings(result, kept),
    kept,
    figures: figuresOf(result),
    errors: [up, ...changes, secondUp, destroy].flatMap((phase) => phase?.errors ?? []),
    leftovers: destroy ? [...destroy.leftovers.aws, ...destroy.leftovers.kubernetes] : [],
    topology: topologyOf(plan, seenIn(result)),
    charts: chartsOf(result, timelines),
    sections: sectionsOf(result, plan),
  };
}

function seenIn({ nodes, clusters, pods: { realIn, simulated }, checks }: Result): Seen | undefined {
  if (nodes === "simulated") return undefined;
  const counts = clusters.map((name) => {
    const simulatedHere = simulated.filter(({ cluster }) => cluster === name).length;
    return [name, { real: realIn[name] ?? 0, simulated: simulatedHere }] as const;
  });
  return { pods: new Map(counts), connections: checks.flatMap(({ connections = [] }) => connections) };
}

function figuresOf(result: Result): Figure[] {
  const { checks, secondUp, destroy } = result;
  const count = (wanted: string) => checks.filter(({ status }) => status === wanted).length;
  const skipped = count("skipped");
  const left = destroy && destroy.leftovers.aws.length + destroy.leftovers.kubernetes.length + destroy.leftovers.state;
  return [
    { name: "stack", value: result.stack },
    { name: "backend", value: result.backend, note: `charts: ${result.charts}` },
    { name: "clusters", value: `${result.clusters.length}`, note: `rehearsed on Kubernetes ${result.kubernetes}` },
    { name: "resources", value: `${result.resources}`, note: servedBy(result) },
    phaseFigure("up", result.up),
    phaseFigure("destroy", destroy),
    {
      name: "checks passed",
      value: `${count("pass")} of ${checks.length}`,
      ...(skipped > 0 ? { note: `${skipped} skipped, as they do not apply` } : {}),
    },
    ...(result.nodes === "real"
      ? [
          {
            name: "pods that ran",
            value: `${result.pods.real}`,
            note: `${result.pods.simulated.length} simulated; ${checks.filter(byPackets).length} checks by packets`,
          },
        ]
      : []),
    { name: "changes by the second up", value: secondUp ? `${secondUp.changes}` : "not run" },
    { name: "left behind", value: left === undefined ? "not destroyed" : `${left}` },
    { name: "cost", value: `$${result.costPerHourUsd.toFixed(2)}/h`, note: result.cost },
  ];
}

const byPackets = ({ evidence, status }: Result["checks"][number]) => evidence === "packets" && status !== "skipped";

function servedBy({ plugins }: Result): string {
  const own = Object.keys(plugins).filter((name) => plugins[name] === "engine");
  return own.length === 0 ? "all providers are stand-ins" : `the engine's own plugins: ${own.join(", ")}`;
}

function phaseFigure(name: string, phase: PhaseResult | undefined): Figure {
  if (!phase) return { name: `${name} on AWS`, value: "not run" };
  const { result, awsMinutes, lowerBoundMinutes } = phase;
  const times = lowerBoundMinutes > 0 ? `${(awsMinutes / lowerBoundMinutes).toFixed(2)} × ` : "";
  return {
    name: result === "succeeded" ? `${name} on AWS` : `${name} on AWS, failed`,
    value: durationText(awsMinutes * 60),
    note: `${times}lower bound ${durationText(lowerBoundMinutes * 60)}`,
  };
}

function chartsOf(result: Result, timelines: Timelines): Chart[] {
  const ends = Object.values(timelines).flatMap((timeline: Timeline) => timeline.map(({ end }) => end));
  const until = Math.max(0, ...ends);
  return (["up", "destroy"] as const).flatMap((id) => {
    const phase = result[id];
    const timeline = timelines[id];
    if (!phase || !timeline || timeline.length === 0) return [];
    const [makespan, lowerBound] = [phase.awsMinutes * 60, phase.lowerBoundMinutes * 60];
    return [{ id, title: `Timeline of ${id}`, timeline, makespan, lowerBound, until }];
  });
}
