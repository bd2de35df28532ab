/** Which pods are simulated: those on nodes that kwok keeps alive. */
import { field, type Kube, type KubeObject } from "./kube";
import { simulatedNode } from "./nodes";

/** Where a Service is. */
export interface ServiceRef {
  readonly namespace: string;
  readonly name: string;
}

/** Names of the simulated nodes of a cluster. */
export async function simulatedNodeNames(kube: Kube): Promise<ReadonlySet<string>> {
  const [[key, value] = ["", ""]] = Object.entries(simulatedNode);
  const nodes = await kube.list("v1", "Node");
  return new Set(
    nodes.filter(({ metadata }) => metadata.annotations?.[key] === value).map(({ metadata }) => metadata.name),
  );
}

/** Whether a Service has pods, and none that could answer. */
export async function onlySimulated(kube: Kube, { namespace, name }: ServiceRef): Promise<boolean> {
  const service = await kube.get({ apiVersion: "v1", kind: "Service", namespace, name });
  const { selector = {} } = service ? field<{ selector: Record<string, string> }>(service, "spec") : {};
  const labelSelector = Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
  if (!labelSelector) return false;
  const placed = (await kube.list("v1", "Pod", { namespace, labelSelector })).map(nodeOf);
  const simulated = await simulatedNodeNames(kube);
  return placed.length > 0 && placed.every((node) => node !== undefined && simulated.has(node));
}

function nodeOf(pod: KubeObject): string | undefined {
  return field<{ nodeName: string }>(pod, "spec").nodeName;
}
