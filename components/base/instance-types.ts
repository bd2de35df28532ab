/** EC2 instance types that a lab's nodes can have: what they give, and what they cost. */

/** The processors of an instance type, as Kubernetes calls them. */
export type Architecture = "amd64" | "arm64";

/** An EC2 instance type. */
export interface InstanceType {
  /** E.g. `m5.large`. */
  readonly name: string;
  /** Of its processors. */
  readonly architecture: Architecture;
  /** Virtual processors; quotas of EC2 count them. */
  readonly vcpus: number;
  /** MiB. */
  readonly memory: number;
  /**
   * Pods that EKS lets run on a node, those of the system counted: interfaces x (addresses of one - 1) + 2, at most 110
   * below 30 vCPUs and 250 above (amazon-vpc-cni-k8s, misc/eni-max-pods.txt; EKS user guide, choosing-instance-type). A
   * managed node group without an image of one's own keeps to it whatever the CNI.
   */
  readonly pods: number;
  /** IPv4 addresses of one network interface, its own counted. */
  readonly addresses: number;
  /** USD an hour on demand in us-east-1, Linux. */
  readonly price: number;
}

/** Interfaces, and IPv4 addresses of one. */
type Interfaces = readonly [count: number, addresses: number];

/** A size: virtual processors and interfaces. */
interface Size {
  readonly vcpus: number;
  readonly interfaces: Interfaces;
}

/** Of most families. */
const sizes: Readonly<Record<string, Size>> = {
  medium: { vcpus: 1, interfaces: [2, 4] },
  large: { vcpus: 2, interfaces: [3, 10] },
  xlarge: { vcpus: 4, interfaces: [4, 15] },
  "2xlarge": { vcpus: 8, interfaces: [4, 15] },
  "4xlarge": { vcpus: 16, interfaces: [8, 30] },
  "8xlarge": { vcpus: 32, interfaces: [8, 30] },
};

/** Of families whose processors may be used above a baseline: all of these have two, up to `large`. */
const burstable: Readonly<Record<string, Size>> = {
  nano: { vcpus: 2, interfaces: [2, 2] },
  micro: { vcpus: 2, interfaces: [2, 2] },
  small: { vcpus: 2, interfaces: [3, 4] },
  medium: { vcpus: 2, interfaces: [3, 6] },
  large: { vcpus: 2, interfaces: [3, 12] },
  xlarge: { vcpus: 4, interfaces: [4, 15] },
  "2xlarge": { vcpus: 8, interfaces: [4, 15] },
};

/** How many times a `large` each size is, in memory and in price. */
const timesLarge: Readonly<Record<string, number>> = {
  nano: 1 / 16,
  micro: 1 / 8,
  small: 1 / 4,
  medium: 1 / 2,
  large: 1,
  xlarge: 2,
  "2xlarge": 4,
  "4xlarge": 8,
  "8xlarge": 16,
};

/** A family: GiB and USD an hour of its `large`. Other sizes are proportional. */
interface Family {
  readonly architecture: Architecture;
  readonly gib: number;
  readonly price: number;
  readonly sizes: readonly string[];
}

const upTo8xlarge = ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge"] as const;
const withMedium = ["medium", ...upTo8xlarge] as const;
const burstableSizes = Object.keys(burstable);

const amd64 = (gib: number, price: number, has: readonly string[] = upTo8xlarge): Family => ({
  architecture: "amd64",
  gib,
  price,
  sizes: has,
});
const arm64 = (gib: number, price: number, has: readonly string[] = withMedium): Family => ({
  architecture: "arm64",
  gib,
  price,
  sizes: has,
});

/**
 * Families of general use, of the fifth generation and newer. Prices of August 2026, from AWS's price list by way of
 * aws/karpenter-provider-aws (pkg/providers/pricing, zz_generated.pricing_aws.go), and interfaces from the same project
 * (pkg/providers/instancetype, zz_generated.vpclimits.go).
 */
const families: Readonly<Record<string, Family>> = {
  t3: amd64(8, 0.0832, burstableSizes),
  t3a: amd64(8, 0.0752, burstableSizes),
  t4g: arm64(8, 0.0672, burstableSizes),
  m5: amd64(8, 0.096),
  m5a: amd64(8, 0.086),
  m6a: amd64(8, 0.0864),
  m6i: amd64(8, 0.096),
  m6g: arm64(8, 0.077),
  m7a: amd64(8, 0.11592, withMedium),
  m7i: amd64(8, 0.1008),
  "m7i-flex": amd64(8, 0.09576),
  m7g: arm64(8, 0.0816),
  m8g: arm64(8, 0.08976),
  c5: amd64(4, 0.085, ["large", "xlarge", "2xlarge", "4xlarge"]),
  c5a: amd64(4, 0.077),
  c6a: amd64(4, 0.0765),
  c6i: amd64(4, 0.085),
  c6g: arm64(4, 0.068),
  c7a: amd64(4, 0.10264, withMedium),
  c7i: amd64(4, 0.08925),
  c7g: arm64(4, 0.0725),
  r5: amd64(16, 0.126),
  r5a: amd64(16, 0.113),
  r6a: amd64(16, 0.1134),
  r6i: amd64(16, 0.126),
  r6g: arm64(16, 0.1008),
  r7i: amd64(16, 0.1323),
  r7g: arm64(16, 0.1071),
};

/** Types that depart from their family's rule: t3a.small has one interface less (same source). */
const exceptions: Readonly<Record<string, Interfaces>> = { "t3a.small": [2, 4] };

/** All that the lab knows, the cheapest first. */
export const instanceTypes: readonly InstanceType[] = Object.entries(families)
  .flatMap(([family, of]) => of.sizes.map((size) => typeOf(family, of, size)))
  .sort((a, b) => a.price - b.price);

const byName = new Map(instanceTypes.map((type) => [type.name, type]));

/** Undefined when the lab does not know a type of that name. */
export function instanceType(name: string): InstanceType | undefined {
  return byName.get(name);
}

function typeOf(family: string, { architecture, gib, price }: Family, size: string): InstanceType {
  const name = `${family}.${size}`;
  const { vcpus, interfaces } = need((family.startsWith("t") ? burstable : sizes)[size], name);
  const factor = need(timesLarge[size], name);
  const [count, addresses] = exceptions[name] ?? interfaces;
  return {
    name,
    architecture,
    vcpus,
    memory: gib * 1024 * factor,
    pods: Math.min(count * (addresses - 1) + 2, vcpus < 30 ? 110 : 250),
    addresses,
    price: Math.round(price * factor * 1e5) / 1e5,
  };
}

function need<T>(found: T | undefined, name: string): T {
  if (found === undefined) throw new Error(`the table of instance types lacks the size of ${name}`);
  return found;
}
