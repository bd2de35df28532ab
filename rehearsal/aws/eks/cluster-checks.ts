import type { AwsAccount, Region } from "../account/account";
import { cidrProblem, contains, overlaps, prefixLength } from "../account/cidr";
import { AwsError } from "../account/errors";
import { freeAddresses } from "../ec2/interfaces";
import type { SecurityGroup, Subnet, Vpc } from "../ec2/items";
import { invalidParameter, resourceInUse } from "./errors";
import type { Cluster } from "./items";
import type { ClusterArgs, EndpointAccess } from "./requests";
import { carriesAny, requireTrust } from "./roles";
import { requireVersion } from "./versions";

/** Ranges that EKS takes for Services (API reference, KubernetesNetworkConfigRequest). */
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];
/**
 * What a public endpoint's access list cannot hold: reserved addresses (EKS user guide, config-cluster-endpoint). Without
 * those for benchmarks and documentation: the emulated AWS's public addresses and the rehearsal's administrator are of them.
 */
const reservedRanges = [
  ...privateRanges,
  "0.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "192.0.0.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
];
const defaultServiceCidrs = ["172.20.0.0/16", "10.100.0.0/16"] as const;

/** Addresses that the control plane takes in each of its subnets. */
const addressesEach = 6;

/** What the arguments of a cluster lead to. */
export interface CheckedCluster {
  readonly vpc: Vpc;
  readonly subnets: readonly Subnet[];
  readonly serviceCidr: string;
}

/** @throws AwsError when CreateCluster would refuse the arguments */
export function checkCluster(account: AwsAccount, region: Region, args: ClusterArgs): CheckedCluster {
  checkName(args.name);
  requireVersion(args.version);
  checkOthers(account, region, args.name);
  checkRole(account, args.roleArn);
  checkEndpoint(args);
  const { vpc, subnets } = checkSubnets(account, region, args.subnetIds);
  checkSecurityGroups(account, vpc, args.securityGroupIds);
  return { vpc, subnets, serviceCidr: checkServiceCidr(args.serviceCidr, vpc) };
}

/** @throws AwsError when nothing could reach the API, or the ranges that may are not valid */
export function checkEndpoint(access: EndpointAccess): void {
  if (!access.endpointPublicAccess && !access.endpointPrivateAccess) {
    throw invalidParameter("Private and public endpoint access cannot be false at the same time", "eks-endpoint");
  }
  if (access.publicAccessCidrs.length > 40) {
    throw invalidParameter(
      `${access.publicAccessCidrs.length} public access CIDRs are given, 40 is the most`,
      "eks-endpoint",
    );
  }
  for (const cidr of access.publicAccessCidrs) {
    const problem = cidrProblem(cidr);
    const everybody = cidr === "0.0.0.0/0";
    const reserved = reservedRanges.some((range) => !problem && !everybody && overlaps(range, cidr));
    if (problem || reserved) {
      throw invalidParameter(
        `The following CIDRs are invalid in publicAccessCidrs: [${cidr}]${reserved ? ": it is reserved" : ""}`,
        "eks-endpoint",
      );
    }
  }
}

function checkName(name: string): void {
  if (/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/.test(name)) return;
  throw invalidParameter(`The cluster name '${name}' is not of letters, digits, - and _, at most 100`, "eks-name");
}

function checkOthers(account: AwsAccount, region: Region, name: string): void {
  const clusters = account.list<Cluster>("eks-cluster", (cluster) => cluster.region === region);
  if (clusters.some((cluster) => cluster.name === name)) {
    throw resourceInUse(`Cluster already exists with name: ${name}`, "eks-name");
  }
  if (clusters.length < account.quotas.eksClusters) return;
  throw new AwsError(
    "ResourceLimitExceededException",
    `The quota of ${account.quotas.eksClusters} clusters in ${region} is reached`,
    "eks-quota",
  );
}

function checkRole(account: AwsAccount, arn: string): void {
  const role = requireTrust(account, arn, "eks.amazonaws.com", "eks-cluster-role");
  if (carriesAny(role, ["AmazonEKSClusterPolicy"])) return;
  throw invalidParameter(`The role ${arn} does not carry the policy AmazonEKSClusterPolicy`, "eks-cluster-role");
}

function checkSubnets(account: AwsAccount, region: Region, ids: readonly string[]) {
  const subnets = ids.map((id) => {
    const subnet = account.get<Subnet>("subnet", id);
    if (subnet?.region === region) return subnet;
    throw invalidParameter(`The subnet ID '${id}' does not exist`, "eks-subnets");
  });
  const vpcId = subnets[0]?.vpcId ?? "";
  const vpc = account.get<Vpc>("vpc", vpcId);
  if (!vpc || subnets.some((subnet) => subnet.vpcId !== vpcId)) {
    throw invalidParameter("Subnets specified must belong to one VPC", "eks-subnets");
  }
  if (new Set(subnets.map(({ availabilityZone }) => availabilityZone)).size < 2) {
    throw invalidParameter("Subnets specified must be in at least two different AZs", "eks-subnets");
  }
  const full = subnets.find((subnet) => freeAddresses(account, subnet) < addressesEach);
  if (full) throw invalidParameter(`The subnet ${full.id} has less than six free addresses`, "eks-subnet-room");
  return { vpc, subnets };
}

function checkSecurityGroups(account: AwsAccount, vpc: Vpc, ids: readonly string[]): void {
  const foreign = ids.find((id) => account.get<SecurityGroup>("security-group", id)?.vpcId !== vpc.id);
  if (foreign === undefined) return;
  throw invalidParameter(`The security group '${foreign}' does not exist in ${vpc.id}`, "eks-subnets");
}

function checkServiceCidr(cidr: string | undefined, vpc: Vpc): string {
  if (cidr === undefined) {
    // EKS takes the one of the two that is not the VPC's.
    return defaultServiceCidrs.find((range) => !overlaps(range, vpc.cidrBlock)) ?? defaultServiceCidrs[0];
  }
  const problem = cidrProblem(cidr);
  const size = problem ? 0 : prefixLength(cidr);
  if (problem || size < 12 || size > 24 || !privateRanges.some((range) => contains(range, cidr))) {
    throw invalidParameter(
      `The specified service CIDR ${cidr} is not valid: a block of /12 to /24 within ${privateRanges.join(", ")}`,
      "eks-service-cidr",
    );
  }
  if (overlaps(cidr, vpc.cidrBlock)) {
    throw invalidParameter(
      `The specified service CIDR ${cidr} overlaps with the CIDR ${vpc.cidrBlock} of the VPC`,
      "eks-service-cidr",
    );
  }
  return cidr;
}
