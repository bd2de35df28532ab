import type { KubeObject, KubeReader, PodRef } from "../kube/client";
import { fail, skip, type Verdict } from "./check";

/** On nodes of rehearsals whose pods only seem to run (kwok). */
const simulatedNode = { annotation: "kwok.x-k8s.io/node", value: "fake" } as const;

/** What is said where there is nobody to send packets. */
export const simulatedPods = "pods are simulated";

/** A pod that runs, or why nothing can be asked of one. */
export type RealPod = { readonly pod: PodRef; readonly verdict?: undefined } | { readonly verdict: Verdict };

interface PodFields {
  readonly spec?: { readonly nodeName?: string };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** Names of the nodes on which nothing runs. */
export async function simulatedNodes(kube: KubeReader): Promise<Set<string>> {
  const { annotation, value } = simulatedNode;
  const nodes = await kube.list("v1", "Node");
  return new Set(
    nodes.filter(({ metadata }) => metadata.annotations?.[annotation] === value).map(({ metadata }) => metadata.name),
  );
}

/** Whether a pod runs somewhere where something runs. */
export function isReal(pod: KubeObject, simulated: ReadonlySet<string>): boolean {
  return !simulated.has((pod as PodFields).spec?.nodeName ?? "");
}

/**
 * A pod that is ready and runs for real; a simulated one cannot be asked, and says so.
 *
 * @param app value of the label by which it is found
 * @param label default: `app`
 */
export async function realPod(kube: KubeReader, namespace: string, app: string, label = "app"): Promise<RealPod> {
  const [pods, simulated] = await Promise.all([
    kube.list("v1", "Pod", { namespace, labelSelector: `${label}=${app}` }),
    simulatedNodes(kube),
  ]);
  if (pods.length === 0) return { verdict: fail(`there is no pod of ${app}`) };
  const real = pods.filter((pod) => isReal(pod, simulated));
  if (real.length === 0) return { verdict: skip(simulatedPods) };
  const ready = real.find(isReady);
  if (!ready) return { verdict: fail(`no pod of ${app} is ready`) };
  return { pod: { namespace, name: ready.metadata.name } };
}

/** Whether it takes calls. */
export function isReady(pod: KubeObject): boolean {
  const conditions = (pod as PodFields).status?.conditions ?? [];
  const ready = conditions.some(({ type, status }) => type === "Ready" && status === "True");
  return ready && pod.metadata.deletionTimestamp === undefined;
}
