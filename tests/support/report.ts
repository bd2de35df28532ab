import { reportModel } from "../../rehearsal/report/model";
import { page } from "../../rehearsal/report/page";
import type { PhaseResult, Result } from "../../rehearsal/run/result";
import type { Operation, Timelines } from "../../rehearsal/run/timeline";
import { planOf } from "./config";

const operation = (name: string, start: number, end: number, more: Partial<Operation> = {}): Operation => ({
  verb: "create",
  type: "aws:ec2/vpc:Vpc",
  name,
  start,
  end,
  critical: false,
  failed: false,
  ...more,
});

export const timelines: Timelines = {
  up: [
    operation("first", 0, 10, { critical: true }),
    operation("instant", 0, 0.5),
    operation("cluster", 10, 600, { type: "aws:eks/cluster:Cluster", critical: true }),
    operation("beside", 10, 100),
  ],
  destroy: [operation("cluster", 0, 250, { verb: "delete", critical: true })],
};

const phase = (awsMinutes: number): PhaseResult => ({
  result: "succeeded",
  attempts: 1,
  seconds: 60,
  awsMinutes,
  lowerBoundMinutes: awsMinutes,
  criticalPath: [],
  errors: [],
});

/** The result of a rehearsal that never was, with `more` laid over. */
export function resultOf(more: Partial<Result> = {}): Result {
  return {
    backend: "istio",
    stack: "test",
    clusters: ["cluster1", "cluster2"],
    charts: "standin",
    plugins: { aws: "standin" },
    nodes: "simulated",
    pods: { real: 0, realIn: {}, simulated: [] },
    images: [],
    kubernetes: "v1.36.1",
    resources: 133,
    created: [],
    faults: [],
    faultsMissed: [],
    changes: [],
    up: phase(10),
    checks: [
      {
        id: "mtu",
        cluster: "cluster1",
        peer: "cluster2",
        status: "pass",
        evidence: "configuration",
        expected: "nodes and pods have the planned MTU",
        detail: "8500 bytes",
        seconds: 0.1,
      },
    ],
    secondUp: { changes: 0, errors: [] },
    destroy: { ...phase(4.2), leftovers: { aws: [], kubernetes: [], state: 0 } },
    previews: [],
    openedWebhooks: [],
    costPerHourUsd: 0.73,
    cost: "USD 0.73 an hour, without traffic and disks, at the prices of us-east-1",
    ...more,
  };
}

/** A report of it, as HTML. */
export function reportOf(result = resultOf(), plan = planOf(), drawn = timelines): Promise<string> {
  return page(reportModel(result, plan, drawn, false));
}
