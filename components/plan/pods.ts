/** What runs on the nodes of a cluster, as far as their room is concerned. */
import type { InstanceType } from "../base/instance-types";
import type { Networking } from "./networking";

/** What the scheduler sets aside for a pod, or finds on a node. */
export interface Resources {
  /** Millicores. */
  readonly cpu: number;
  /** MiB. */
  readonly memory: number;
}

/** Pods of one kind on a cluster. */
export interface PodDemand {
  /** Of the workload that makes them, e.g. `istiod`. */
  readonly name: string;
  /** How many there are, or that every node has one. */
  readonly count: number | "each node";
  /** What all containers of one pod request together. */
  readonly requests: Resources;
}

/** Of pods whose chart or add-on says nothing. */
export const noRequests: Resources = { cpu: 0, memory: 0 };

/** As Kubernetes writes them. */
export function quantities({ cpu, memory }: Resources): { readonly cpu: string; readonly memory: string } {
  return { cpu: `${cpu}m`, memory: `${memory}Mi` };
}

/** What two request together. */
export function addResources(a: Resources, b: Resources): Resources {
  return { cpu: a.cpu + b.cpu, memory: a.memory + b.memory };
}

/**
 * Pods of EKS's add-ons: aws-node with its policy agent (amazon-vpc-cni-k8s, charts/aws-vpc-cni; 25m each), kube-proxy, and
 * two of coredns (EKS's manifests of these add-ons).
 */
export function addonPods({ cni, kubeProxy }: Pick<Networking, "cni" | "kubeProxy">): PodDemand[] {
  return [
    ...(cni === "vpc-cni" ? [{ name: "aws-node", count: "each node", requests: { cpu: 50, memory: 0 } } as const] : []),
    ...(kubeProxy ? [{ name: "kube-proxy", count: "each node", requests: { cpu: 100, memory: 0 } } as const] : []),
    { name: "coredns", count: 2, requests: { cpu: 100, memory: 70 } },
  ];
}

/** What a hypervisor keeps of the memory that an instance type is sold with (karpenter, VM_MEMORY_OVERHEAD_PERCENT: 7.5 %). */
const hypervisor = 0.075;
/** MiB below which the kubelet evicts pods (amazon-eks-ami, nodeadm/internal/kubelet/config.go). */
const evictionThreshold = 100;

/**
 * What a node has for pods: without what AL2023 keeps for the kubelet and the container runtime (amazon-eks-ami, nodeadm:
 * 11 MiB a pod that there may be and 255 MiB; 6 % of the first processor, 1 % of the second, 0.5 % of the next two, 0.25 % of
 * the others).
 */
export function allocatable({ vcpus, memory, pods }: Pick<InstanceType, "vcpus" | "memory" | "pods">): Resources {
  const parts = [60, 10, 5, 5].slice(0, vcpus).reduce((sum, part) => sum + part, 0) + Math.max(0, vcpus - 4) * 2.5;
  return {
    cpu: Math.floor(vcpus * 1000 - parts),
    memory: Math.floor(memory * (1 - hypervisor)) - (11 * pods + 255) - evictionThreshold,
  };
}
