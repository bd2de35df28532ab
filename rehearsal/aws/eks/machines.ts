import type { Machine } from "../cluster/nodes";
import { invalidParameter } from "./errors";

/** Processors, interfaces and addresses an interface (EC2 user guide, AvailableIpPerENI). */
type Shape = readonly [cpus: number, interfaces: number, addresses: number];

/** Of the families below. */
const sizes: Readonly<Record<string, Shape>> = {
  medium: [1, 2, 4],
  large: [2, 3, 10],
  xlarge: [4, 4, 15],
  "2xlarge": [8, 4, 15],
  "4xlarge": [16, 8, 30],
  "8xlarge": [32, 8, 30],
};

/** Of t3, t3a and t4g. */
const burstableSizes: Readonly<Record<string, Shape>> = {
  nano: [2, 2, 2],
  micro: [2, 2, 2],
  small: [2, 3, 4],
  medium: [2, 3, 6],
  large: [2, 3, 12],
  xlarge: [4, 4, 15],
  "2xlarge": [8, 4, 15],
};

/** GiB of memory of burstable types with two processors; the larger ones have four a processor. */
const burstableMemory: Readonly<Record<string, number>> = { nano: 0.5, micro: 1, small: 2, medium: 4, large: 8 };

/** GiB of memory a processor, by the family's first letter (EC2, instance types). */
const memory: Readonly<Record<string, number>> = { c: 2, m: 4, r: 8, t: 4 };

/**
 * What an instance type gives Kubernetes. Known are general-purpose, compute and memory families from the fifth generation
 * on, and t3, t3a and t4g. Pods follow AWS's formula for the VPC CNI without prefixes, interfaces x (addresses - 1) + 2, which
 * the kubelet of a managed node keeps to whatever the CNI, with EKS's limits of 110 below 30 processors and 250 above (EKS
 * user guide, choosing-instance-type).
 *
 * @throws AwsError InvalidParameterException for a type that is not known here
 */
export function machineOf(instanceType: string): Machine {
  const [, family = "", generation = "", letters = "", size = ""] =
    /^([cmrt])(\d)([a-z]*(?:-flex)?)\.([a-z0-9]+)$/.exec(instanceType) ?? [];
  const burstable = family === "t";
  const shape = (burstable ? burstableSizes : sizes)[size];
  const exists = burstable ? /^(3a?|4g)$/.test(`${generation}${letters}`) : Number(generation) >= 5;
  const gibEach = memory[family];
  // Sizes with one processor are Graviton's, and AMD's of the seventh generation.
  const sized = burstable || size !== "medium" || letters.startsWith("g") || `${generation}${letters}` === "7a";
  if (!gibEach || !shape || !exists || !sized) {
    throw invalidParameter(
      `The instance type ${instanceType} does not exist, or the rehearsal does not know it`,
      "eks-node-type",
    );
  }
  const [cpus, interfaces, addresses] = instanceType === "t3a.small" ? ([2, 2, 4] as const) : shape;
  return {
    instanceType,
    architecture: letters.startsWith("g") ? "arm64" : "amd64",
    cpus,
    memoryGib: (burstable ? burstableMemory[size] : undefined) ?? cpus * gibEach,
    pods: Math.min(interfaces * (addresses - 1) + 2, cpus < 30 ? 110 : 250),
  };
}

/** @throws AwsError InvalidParameterException when the image is for another processor, or of a kind that EKS has no more */
export function requireImageFits(amiType: string, machine: Machine): void {
  const kind = /^(AL2023|BOTTLEROCKET)_(x86_64|ARM_64)(_STANDARD|_NVIDIA|_NEURON|_FIPS)?$/.exec(amiType);
  const architecture = kind?.[2] === "ARM_64" ? "arm64" : "amd64";
  if (kind && architecture === machine.architecture) return;
  const reason = kind
    ? `[${machine.instanceType}] is not a valid instance type for the requested amiType ${amiType}`
    : `The AMI type ${amiType} is not supported: Amazon Linux 2 has no images for Kubernetes 1.33 and later`;
  throw invalidParameter(reason, "eks-node-type");
}
