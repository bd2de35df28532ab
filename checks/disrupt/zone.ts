import type { KubeObject } from "../kube/client";
import { type Changer, insist, type Taking } from "./taking";

const zoneLabel = "topology.kubernetes.io/zone";

/** Nodes with this label are no targets of load balancers (Kubernetes documentation, labels-annotations-taints). */
export const excludedLabel = "node.kubernetes.io/exclude-from-external-load-balancers";

/** Its value on nodes that are kept out only for now. */
export const forNow = "lab-disrupt";

/** A load balancer needs a moment to leave out a target, and says nowhere in the cluster that it has done so. */
const awaySeconds = 60;

/** All nodes of a zone cease to be targets of the cluster's load balancers; or why none can. */
export async function zoneOfBalancer(kube: Changer): Promise<Taking | string> {
  const targets = (await kube.list("v1", "Node")).filter(
    ({ metadata }) => metadata.labels?.[excludedLabel] === undefined,
  );
  const zones = [...new Set(targets.flatMap((node) => zoneOf(node) ?? []))].sort();
  const [zone] = zones;
  if (zone === undefined || zones.length < 2) return `nodes are in ${zones.length} zone: without it there is no target`;
  const own = targets.filter((node) => zoneOf(node) === zone);
  return {
    what: `${own.length} nodes of the zone ${zone} behind load balancers`,
    away: awaySeconds,
    harm: async () => {
      for (const node of own) await label(kube, node.metadata.name, forNow);
    },
    heal: () =>
      insist(() => backToBalancers(kube), `kubectl label nodes -l ${excludedLabel}=${forNow} ${excludedLabel}-`),
    isBack: async () => (await keptOut(kube)).length === 0,
  };
}

/** Makes targets again of all nodes that were kept out for now. */
async function backToBalancers(kube: Changer): Promise<void> {
  for (const { metadata } of await keptOut(kube)) await label(kube, metadata.name, null);
}

async function keptOut(kube: Changer): Promise<KubeObject[]> {
  return kube.list("v1", "Node", { labelSelector: `${excludedLabel}=${forNow}` });
}

function label(kube: Changer, name: string, value: string | null): Promise<unknown> {
  return kube.mergePatch(
    { apiVersion: "v1", kind: "Node", name },
    { metadata: { labels: { [excludedLabel]: value } } },
  );
}

const zoneOf = ({ metadata }: KubeObject) => metadata.labels?.[zoneLabel];
