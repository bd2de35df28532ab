import type { Machine } from "../cluster/nodes";
import { invalidParameter } from "./errors";

/** Sizes: processors, interfaces and addresses an interface, of the families below (EC2 user guide, eni limits). */
const sizes: Readonly<Record<string, readonly [cpus: number, interfaces: number, addresses: number]>> = {
  medium: [2, 3, 6],
  large: [2, 3, 10],
  xlarge: [4, 4, 15],
  "2xlarge": [8, 4, 15],
  "4xlarge": [16, 8, 30],
  "8xlarge": [32, 8, 30],
};

/** GiB of memory a processor, by the family's first letter (EC2, instance types). */
const memory: Readonly<Record<string, number>> = { c: 2, m: 4, r: 8, t: 4 };

/**
 * What an instance type gives Kubernetes. Known are general-purpose, compute and memory families from the fifth generation
 * on, and t3 and t4g. Pods follow AWS's formula for the VPC CNI without prefixes: interfaces x (addresses - 1) + 2.
 *
 * @throws AwsError InvalidParameterException for a type that is not known here
 */
export function machineOf(instanceType: string): Machine {
  const [, family = "", generation = "", letters = "", size = ""] =
    /^([cmrt])(\d)([a-z]*)\.([a-z0-9]+)$/.exec(instanceType) ?? [];
  const gib = memory[family];
  const shape = sizes[size];
  const burstable = family === "t";
  const exists = burstable ? /^(3a?|4g)$/.test(`${generation}${letters}`) : Number(generation) >= 5;
  const sized = burstable ? !/^[48]xlarge$/.test(size) : size !== "medium" || letters.startsWith("g");
  if (!gib || !shape || !exists || !sized) {
    throw invalidParameter(
      `The instance type ${instanceType} does not exist, or the rehearsal does not know it`,
      "eks-node-type",
    );
  }
  const [cpus, interfaces, addresses] = limits(burstable, size, shape);
  return {
    instanceType,
    architecture: letters.startsWith("g") ? "arm64" : "amd64",
    cpus: size === "medium" && !burstable ? 1 : cpus,
    memoryGib: size === "medium" ? (burstable ? 4 : gib) : cpus * gib,
    pods: interfaces * (addresses - 1) + 2,
  };
}

/** Burstable types have 12 addresses an interface where others have 10 (t3.large: 35 pods, m5.large: 29). */
function limits(burstable: boolean, size: string, shape: readonly [number, number, number]) {
  if (burstable && size === "large") return [shape[0], 3, 12] as const;
  if (!burstable && size === "medium") return [shape[0], 2, 4] as const;
  return shape;
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
