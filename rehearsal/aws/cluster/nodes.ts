import type { AwsClock } from "../account/clock";
import { Controller } from "./controller";
import { field, type Kube, type KubeObject } from "./kube";

/** One node of a managed node group. */
export interface NodeSpec {
  /** As the kubelet calls it: the instance's private DNS name. */
  readonly name: string;
  readonly instanceId: string;
  readonly zone: string;
  readonly region: string;
  /** Of its primary network interface. */
  readonly address: string;
  readonly nodeGroup: string;
  readonly capacityType: "ON_DEMAND" | "SPOT";
  readonly machine: Machine;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** Of the kubelet, e.g. `v1.35.0-eks`. */
  readonly kubeletVersion: string;
}

/** What Kubernetes sees of an instance type. */
export interface Machine {
  readonly instanceType: string;
  readonly architecture: "amd64" | "arm64";
  readonly cpus: number;
  readonly memoryGib: number;
  readonly pods: number;
}

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

/**
 * A Node that kwok keeps alive in the kubelet's place. Make it only when there is a CNI: kwok reports every node Ready, and
 * a real one is not before that.
 */
export function nodeObject(spec: NodeSpec): KubeObject {
  const { machine } = spec;
  const resources = {
    cpu: `${machine.cpus}`,
    memory: `${machine.memoryGib}Gi`,
    "ephemeral-storage": "20Gi",
    pods: `${machine.pods}`,
  };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: spec.name,
      annotations: { "kwok.x-k8s.io/node": "fake" },
      labels: {
        ...spec.labels,
        "eks.amazonaws.com/nodegroup": spec.nodeGroup,
        "eks.amazonaws.com/capacityType": spec.capacityType,
        "kubernetes.io/arch": machine.architecture,
        "kubernetes.io/hostname": spec.name,
        "kubernetes.io/os": "linux",
        "node.kubernetes.io/instance-type": machine.instanceType,
        "topology.kubernetes.io/region": spec.region,
        "topology.kubernetes.io/zone": spec.zone,
      },
    },
    spec: { providerID: `aws:///${spec.zone}/${spec.instanceId}`, taints: spec.taints },
    status: {
      addresses: [
        { type: "InternalIP", address: spec.address },
        { type: "InternalDNS", address: spec.name },
        { type: "Hostname", address: spec.name },
      ],
      capacity: resources,
      // What AL2023 reserves for itself and the kubelet is not subtracted.
      allocatable: resources,
      nodeInfo: {
        architecture: machine.architecture,
        operatingSystem: "linux",
        osImage: "Amazon Linux 2023",
        kubeletVersion: spec.kubeletVersion,
        containerRuntimeVersion: "containerd://2.1",
        // Not a number: kwok writes it into YAML as it is.
        kernelVersion: "6.12.40-amzn2023",
        kubeProxyVersion: spec.kubeletVersion,
        bootID: "",
        machineID: spec.instanceId,
        systemUUID: spec.instanceId,
      },
    },
  };
}

/** DaemonSets that put a CNI on every node. */
const cniNames = ["aws-node", "cilium", "calico-node"] as const;

/** `cilium-eni` is Cilium when it gives pods addresses of the VPC. */
export type Cni = (typeof cniNames)[number] | "cilium-eni";

/** What networks the nodes; undefined when nothing does, and nodes then stay NotReady. */
export async function findCni(kube: Kube): Promise<Cni | undefined> {
  const sets = (await kube.list("apps/v1", "DaemonSet")).map(({ metadata }) => metadata.name);
  const cni = cniNames.find((name) => sets.includes(name));
  if (cni !== "cilium") return cni;
  const map = await kube.get({ apiVersion: "v1", kind: "ConfigMap", namespace: "kube-system", name: "cilium-config" });
  return map && field<{ ipam: string }>(map, "data").ipam === "eni" ? "cilium-eni" : "cilium";
}

export async function isReady(kube: Kube, node: string): Promise<boolean> {
  const found = await kube.get({ apiVersion: "v1", kind: "Node", name: node });
  if (!found) return false;
  const { conditions = [] } = field<{ conditions: { type: string; status: string }[] }>(found, "status");
  return conditions.some(({ type, status }) => type === "Ready" && status === "True");
}

/** AWS seconds for which EKS tries to drain before it ends the instances all the same (containers-roadmap#1636). */
const drainSeconds = 600;

/**
 * Cordons `nodes`, evicts what runs there as far as disruption budgets let it, and removes the Node objects.
 *
 * Evictions go by what the budgets' status allows, not by the eviction API. Pods of DaemonSets stay until the node goes.
 *
 * @returns the budgets that were still in the way when patience ended, as `namespace/name`
 */
export async function drain(
  kube: Kube,
  nodes: readonly string[],
  time: Pick<AwsClock, "now" | "sleep">,
): Promise<string[]> {
  for (const name of nodes) {
    const ref = { apiVersion: "v1", kind: "Node", name };
    if (await kube.get(ref)) await kube.mergePatch(ref, { spec: { unschedulable: true } });
  }
  const end = time.now() + drainSeconds;
  let blocking = await evictOnce(kube, nodes);
  while (blocking && time.now() < end) {
    await time.sleep(5);
    blocking = await evictOnce(kube, nodes);
  }
  for (const name of nodes) await kube.delete({ apiVersion: "v1", kind: "Node", name });
  return blocking ?? [];
}

/** Evicts what may go now; undefined when nothing is left, else the budgets that keep pods there. */
async function evictOnce(kube: Kube, nodes: readonly string[]): Promise<string[] | undefined> {
  const all = await kube.list("v1", "Pod");
  const left = all.filter(
    (pod) => nodes.includes(field<{ nodeName: string }>(pod, "spec").nodeName ?? "") && drainable(pod),
  );
  if (left.length === 0) return undefined;
  const budgets = (await kube.list("policy/v1", "PodDisruptionBudget")).map((budget) => ({
    name: `${budget.metadata.namespace}/${budget.metadata.name}`,
    namespace: budget.metadata.namespace,
    selector: field<{ selector: Selector }>(budget, "spec").selector ?? {},
    allowed: field<{ disruptionsAllowed: number }>(budget, "status").disruptionsAllowed ?? 0,
  }));
  const blocking = new Set<string>();
  for (const { apiVersion, kind, metadata } of left.filter((pod) => !pod.metadata.deletionTimestamp)) {
    const { name, namespace } = metadata;
    const own = budgets.filter((each) => each.namespace === namespace && selects(each.selector, metadata.labels ?? {}));
    const exhausted = own.filter(({ allowed }) => allowed < 1);
    if (exhausted.length > 0) {
      for (const budget of exhausted) blocking.add(budget.name);
      continue;
    }
    for (const budget of own) budget.allowed--;
    await kube.delete({ apiVersion, kind, name, ...(namespace ? { namespace } : {}) });
  }
  return [...blocking];
}

function drainable({ metadata }: KubeObject): boolean {
  const owners = (metadata as { ownerReferences?: readonly { kind: string }[] }).ownerReferences ?? [];
  return !owners.some(({ kind }) => kind === "DaemonSet" || kind === "Node");
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
export function selects(selector: Selector, labels: Readonly<Record<string, string>>): boolean {
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

const ciliumTaint = "node.cilium.io/agent-not-ready";

/** Does what Cilium does on a node when its agent is up: takes off the taint that kept other pods away. */
export class StartupTaints extends Controller {
  constructor(private readonly kube: Kube) {
    super();
  }

  protected override async reconcile(): Promise<void> {
    const nodes = await this.kube.list("v1", "Node");
    const tainted = nodes.filter((node) => taintsOf(node).some(({ key }) => key === ciliumTaint));
    if (tainted.length === 0) return;
    const agents = await this.kube.list("v1", "Pod", { labelSelector: "k8s-app=cilium" });
    const running = agents.filter((agent) => field<{ phase: string }>(agent, "status").phase === "Running");
    const up = new Set(running.map((agent) => field<{ nodeName: string }>(agent, "spec").nodeName));
    for (const { metadata, ...node } of tainted.filter(({ metadata: { name } }) => up.has(name))) {
      const taints = taintsOf({ metadata, ...node }).filter(({ key }) => key !== ciliumTaint);
      const { name, resourceVersion } = metadata;
      await this.kube.mergePatch(
        { apiVersion: "v1", kind: "Node", name },
        { metadata: { resourceVersion }, spec: { taints } },
      );
    }
  }
}

function taintsOf(node: KubeObject): Taint[] {
  return field<{ taints: Taint[] }>(node, "spec").taints ?? [];
}
