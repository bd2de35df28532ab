/** Nodes of managed node groups. */
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
  /** From which kwok gives pods their addresses, each node from a piece of its own. EKS itself leaves it out. */
  readonly podCidr?: string;
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

/** A taint, its effect as Kubernetes spells it. */
export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

/** By it kwok knows which Nodes are simulated. */
export const simulatedNode = { "kwok.x-k8s.io/node": "fake" } as const;

/** A Node as its instance describes it, before a kubelet has said how it is. */
export function registeredNode(spec: NodeSpec): KubeObject {
  const { machine } = spec;
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: spec.name,
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
    spec: {
      providerID: `aws:///${spec.zone}/${spec.instanceId}`,
      taints: spec.taints,
      ...(spec.podCidr ? { podCIDR: spec.podCidr, podCIDRs: [spec.podCidr] } : {}),
    },
  };
}

/**
 * A Node that kwok keeps alive in the kubelet's place. Make it only when there is a CNI: kwok reports every node Ready, and
 * a real one is not before that.
 */
export function nodeObject(spec: NodeSpec): KubeObject {
  const { machine } = spec;
  const { metadata, ...registered } = registeredNode(spec);
  return {
    ...registered,
    metadata: { ...metadata, annotations: simulatedNode },
    status: {
      addresses: [
        { type: "InternalIP", address: spec.address },
        { type: "InternalDNS", address: spec.name },
        { type: "Hostname", address: spec.name },
      ],
      capacity: capacityOf(machine),
      allocatable: allocatableOf(machine),
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

/** MiB that the kubelet sees: the hypervisor keeps some of what the type is sold with (karpenter, 7.5 % by default). */
const memoryOf = ({ memoryGib }: Machine) => Math.floor(memoryGib * 1024 * 0.925);

function capacityOf(machine: Machine) {
  return {
    cpu: `${machine.cpus}`,
    memory: `${memoryOf(machine)}Mi`,
    "ephemeral-storage": "20Gi",
    pods: `${machine.pods}`,
  };
}

function allocatableOf(machine: Machine) {
  const { cpuMillis, memoryMib, pods } = leftForPods(machine);
  return { cpu: `${cpuMillis}m`, memory: `${memoryMib}Mi`, "ephemeral-storage": "17Gi", pods: `${pods}` };
}

/** Without what AL2023 reserves and where pods are evicted (amazon-eks-ami, nodeadm/internal/kubelet/config.go). */
export function leftForPods(machine: Machine) {
  const { cpus, pods } = machine;
  const each = [60, 10, 5, 5];
  const reservedCpu = Array.from({ length: cpus }, (_, index) => each[index] ?? 2.5).reduce(
    (sum, part) => sum + part,
    0,
  );
  return {
    cpuMillis: Math.floor(cpus * 1000 - reservedCpu),
    memoryMib: memoryOf(machine) - (255 + 11 * pods) - 100,
    pods,
  };
}

/** Whether the kubelet, here kwok, says that the node is in order. */
export async function isReady(kube: Kube, node: string): Promise<boolean> {
  const found = await kube.get({ apiVersion: "v1", kind: "Node", name: node });
  if (!found) return false;
  const { conditions = [] } = field<{ conditions: { type: string; status: string }[] }>(found, "status");
  return conditions.some(({ type, status }) => type === "Ready" && status === "True");
}
