/** How to look at the demo of a kept lab in a browser, where its pods run. */
import { frontend } from "../../components/demo/boutique";
import type { LabPlan } from "../../components/lab/plan";
import { planProbes } from "../../components/lab/probes";
import { standInPorts as ports } from "../../components/plan/stand-in-ports";
import { controlPlaneName } from "../existing/names";
import type { Result } from "../run/result";

/** A port of this machine that is seldom taken. */
const localPort = 8080;

/** Lines for a person at a terminal; none where pods are simulated. */
export function lookLines(plan: LabPlan, { nodes, pods }: Pick<Result, "nodes" | "pods">): string[] {
  if (nodes !== "real") return [];
  return shop(plan, pods) ?? standIn(plan) ?? [];
}

/** The demo's own pages, where their image could be had. */
function shop({ demo, clusters }: LabPlan, { simulated }: Result["pods"]): string[] | undefined {
  const instance = demo?.instances.find(({ service }) => service.name === frontend);
  const cluster = clusters.find(({ name }) => name === instance?.cluster);
  if (!demo || !cluster) return undefined;
  const isSimulated = simulated.some(
    (each) => each.cluster === cluster.name && each.pod.startsWith(`${demo.namespace}/${frontend}-`),
  );
  if (isSimulated) return undefined;
  const port = instance?.service.port ?? 80;
  return [
    `  kubectl --context ${controlPlaneName(cluster)} -n ${demo.namespace} port-forward service/${frontend} ${localPort}:${port}`,
    `      then http://127.0.0.1:${localPort}`,
    "      The shop: the banner of its pages says from which cluster they are.",
  ];
}

/** A stand-in calls the Service that all clusters answer, and shows what it was told. */
function standIn(plan: LabPlan): string[] | undefined {
  const [cluster] = plan.clusters;
  const probes = planProbes(plan)?.probes;
  const target = probes?.targets.find(({ protocol }) => protocol === "http");
  if (!cluster || !probes || !target) return undefined;
  const url = `http://127.0.0.1:${localPort}/fortio/fetch2/?url=http://${target.host}:${target.port}/debug?env=dump`;
  const context = `--context ${controlPlaneName(cluster)}`;
  return [
    `  kubectl ${context} -n ${probes.namespace} port-forward deployment/${probes.caller.app} ${localPort}:${ports.http}`,
    `      then ${url}`,
    "      The shop's own pages are simulated. This one calls a Service that every cluster answers, anew with each reload, and",
    "      LAB_CLUSTER in it says which one did.",
  ];
}
