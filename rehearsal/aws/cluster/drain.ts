/** How EKS empties nodes before it ends their instances. */
import type { AwsClock } from "../account/clock";
import { field, type Kube, type KubeObject, refOf } from "./kube";

/**
 * AWS seconds for which EKS tries to drain: ten minutes where it ends the instances all the same (containers-roadmap#1636), a
 * quarter of an hour where it then gives an update up (EKS user guide, managed-node-update-behavior).
 */
const drainSeconds = { forced: 600, gentle: 900 };

/**
 * Cordons `nodes`, evicts what runs there as far as disruption budgets let it, and removes the Node objects. Pods of
 * DaemonSets stay until the node goes.
 *
 * @param force whether the nodes go with what could not be evicted; else they stay, cordoned no more
 * @returns `namespace/name` of the pods that could not be evicted
 */
export async function drain(
  kube: Kube,
  nodes: readonly string[],
  time: Pick<AwsClock, "now" | "sleep">,
  force: boolean,
): Promise<string[]> {
  const refs = nodes.map((name) => ({ apiVersion: "v1", kind: "Node", name }));
  const cordon = async (unschedulable: boolean | null) => {
    for (const ref of refs) if (await kube.get(ref)) await kube.mergePatch(ref, { spec: { unschedulable } });
  };
  await cordon(true);
  const end = time.now() + (force ? drainSeconds.forced : drainSeconds.gentle);
  let left = await evict(kube, nodes);
  while (left.length > 0 && time.now() < end) {
    await time.sleep(5);
    left = await evict(kube, nodes);
  }
  if (left.length > 0 && !force) await cordon(null);
  else for (const ref of refs) await kube.delete(ref);
  return left;
}

/**
 * Evicts what may go now, by the eviction API, which goes by the budgets.
 *
 * @returns what was there
 */
async function evict(kube: Kube, nodes: readonly string[]): Promise<string[]> {
  const pods = (await kube.list("v1", "Pod")).filter((pod) => isOn(nodes, pod) && isDrainable(pod));
  for (const pod of pods.filter(({ metadata }) => !metadata.deletionTimestamp)) await kube.evict(refOf(pod));
  return pods.map(({ metadata: { namespace, name } }) => `${namespace}/${name}`);
}

function isOn(nodes: readonly string[], pod: KubeObject): boolean {
  return nodes.includes(field<{ nodeName: string }>(pod, "spec").nodeName ?? "");
}

function isDrainable({ metadata }: KubeObject): boolean {
  const owners = (metadata as { ownerReferences?: readonly { kind: string }[] }).ownerReferences ?? [];
  return !owners.some(({ kind }) => kind === "DaemonSet" || kind === "Node");
}
