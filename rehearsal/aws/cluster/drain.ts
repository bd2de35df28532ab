/** How EKS empties nodes before it ends their instances. */
import type { AwsClock } from "../account/clock";
import { field, type Kube, type KubeObject, refOf } from "./kube";

/** AWS seconds for which EKS tries to drain before it ends the instances all the same (containers-roadmap#1636). */
const drainSeconds = 600;

/**
 * Cordons `nodes`, evicts what runs there as far as disruption budgets let it, and removes the Node objects.
 *
 * Evictions go by what the budgets' status allows, not by the eviction API. Pods of DaemonSets stay until the node goes.
 */
export async function drain(
  kube: Kube,
  nodes: readonly string[],
  time: Pick<AwsClock, "now" | "sleep">,
): Promise<void> {
  const refs = nodes.map((name) => ({ apiVersion: "v1", kind: "Node", name }));
  for (const ref of refs) {
    if (await kube.get(ref)) await kube.mergePatch(ref, { spec: { unschedulable: true } });
  }
  const end = time.now() + drainSeconds;
  let left = await evict(kube, nodes);
  while (left && time.now() < end) {
    await time.sleep(5);
    left = await evict(kube, nodes);
  }
  for (const ref of refs) await kube.delete(ref);
}

/**
 * Evicts what may go now.
 *
 * @returns whether there was anything
 */
async function evict(kube: Kube, nodes: readonly string[]): Promise<boolean> {
  const pods = (await kube.list("v1", "Pod")).filter((pod) => isOn(nodes, pod) && isDrainable(pod));
  if (pods.length === 0) return false;
  const budgets = await disruptionBudgets(kube);
  for (const pod of pods.filter(({ metadata }) => !metadata.deletionTimestamp)) {
    const own = budgets.filter((budget) => budget.covers(pod));
    if (own.some(({ allowed }) => allowed < 1)) continue;
    for (const budget of own) budget.allowed--;
    await kube.delete(refOf(pod));
  }
  return true;
}

function isOn(nodes: readonly string[], pod: KubeObject): boolean {
  return nodes.includes(field<{ nodeName: string }>(pod, "spec").nodeName ?? "");
}

function isDrainable({ metadata }: KubeObject): boolean {
  const owners = (metadata as { ownerReferences?: readonly { kind: string }[] }).ownerReferences ?? [];
  return !owners.some(({ kind }) => kind === "DaemonSet" || kind === "Node");
}

interface Budget {
  covers(pod: KubeObject): boolean;
  /** How many of its pods may go now. */
  allowed: number;
}

async function disruptionBudgets(kube: Kube): Promise<Budget[]> {
  const found = await kube.list("policy/v1", "PodDisruptionBudget");
  return found.map((budget) => {
    const { selector = {} } = field<{ selector: Selector }>(budget, "spec");
    return {
      covers: ({ metadata: { namespace, labels = {} } }) =>
        namespace === budget.metadata.namespace && selects(selector, labels),
      allowed: field<{ disruptionsAllowed: number }>(budget, "status").disruptionsAllowed ?? 0,
    };
  });
}

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** Whether a label selector selects an object with these labels. */
function selects(selector: Selector, labels: Readonly<Record<string, string>>): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return (
    equal &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const value = labels[key];
      switch (operator) {
        case "In":
          return value !== undefined && values.includes(value);
        case "NotIn":
          return value === undefined || !values.includes(value);
        case "Exists":
          return value !== undefined;
        case "DoesNotExist":
          return value === undefined;
        default:
          throw new Error(`label selectors know no operator ${operator}`);
      }
    })
  );
}
