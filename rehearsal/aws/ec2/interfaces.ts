/** Network interfaces: what holds addresses in a subnet, and what keeps subnets and security groups from going. */
import type { AwsAccount, Region, Tags } from "../account/account";
import { addressAt, networkSize } from "../account/cidr";
import { AwsError } from "../account/errors";
import type { NetworkInterface, SecurityGroup, Subnet, Vpc } from "./items";
import { referred } from "./references";

/** What an interface is made with. */
export interface NetworkInterfaceArgs {
  readonly subnetId: string;
  /** Default: the VPC's default group, unless the interface takes no groups (`withoutGroups`). */
  readonly securityGroupIds?: readonly string[];
  /** NAT gateways carry no group. */
  readonly withoutGroups?: boolean;
  readonly description: string;
  /** Takes a public address from Amazon's pool, which does not count as an Elastic IP. */
  readonly publicAddress?: boolean;
  /** Public address that something else brings along. */
  readonly publicIp?: string;
  readonly tags?: Tags;
}

/** Addresses of a subnet that AWS keeps for itself: the first four and the last (VPC user guide, subnet sizing). */
const reservedAddresses = 5;

/** At once: who makes an interface for a service (EKS, a load balancer, a NAT gateway) takes the time itself. */
export function createNetworkInterface(
  account: AwsAccount,
  region: Region,
  args: NetworkInterfaceArgs,
): NetworkInterface {
  const subnet = referred<Subnet>(account, region, "subnet", args.subnetId);
  const vpc = referred<Vpc>(account, region, "vpc", subnet.vpcId);
  const groups = args.withoutGroups ? [] : (args.securityGroupIds ?? [vpc.defaultSecurityGroupId]);
  requireGroups(account, subnet, groups);
  const privateIpAddress = freeAddress(account, subnet);
  const publicIp = args.publicIp ?? (args.publicAddress ? publicAddress(account) : undefined);
  const id = account.newId("eni");
  return account.put<NetworkInterface>({
    id,
    kind: "network-interface",
    region,
    arn: account.arn("ec2", region, `network-interface/${id}`),
    state: "in-use",
    tags: { ...args.tags },
    vpcId: subnet.vpcId,
    subnetId: subnet.id,
    availabilityZone: subnet.availabilityZone,
    securityGroupIds: [...groups],
    privateIpAddress,
    ...(publicIp ? { publicIp } : {}),
    description: args.description,
  });
}

/** At once; without complaint when the interface is gone already. */
export function deleteNetworkInterface(account: AwsAccount, id: string): void {
  account.remove("network-interface", id);
}

/** Interfaces in a VPC or subnet; all of the account when neither is named. */
export function interfacesOf(
  account: AwsAccount,
  where: Partial<Pick<NetworkInterface, "vpcId" | "subnetId">>,
): NetworkInterface[] {
  return account.list<NetworkInterface>(
    "network-interface",
    ({ vpcId, subnetId }) => vpcId === (where.vpcId ?? vpcId) && subnetId === (where.subnetId ?? subnetId),
  );
}

/** How many interfaces the subnet still has room for. */
export function freeAddresses(account: AwsAccount, subnet: Subnet): number {
  const used = reservedAddresses + interfacesOf(account, { subnetId: subnet.id }).length;
  return networkSize(subnet.cidrBlock) - used;
}

/** An address of Amazon's pool; from 198.18.0.0/15, which is nobody's (RFC 2544). */
export function publicAddress(account: AwsAccount): string {
  const [a, b, c] = [2, 4, 6].map((end) => Number.parseInt(account.newHex(6).slice(end - 2, end), 16));
  return `198.${18 + ((a ?? 0) % 2)}.${b}.${c}`;
}

function requireGroups(account: AwsAccount, subnet: Subnet, ids: readonly string[]): void {
  if (ids.length > account.quotas.securityGroupsPerInterface) {
    throw new AwsError(
      "SecurityGroupsPerInterfaceLimitExceeded",
      "The maximum number of security groups per interface has been reached.",
      "quota-groups-per-interface",
    );
  }
  for (const id of ids) {
    const group = referred<SecurityGroup>(account, subnet.region, "security-group", id);
    if (group.vpcId === subnet.vpcId) continue;
    throw new AwsError(
      "InvalidParameter",
      `Security group ${id} and subnet ${subnet.id} belong to different networks.`,
      "same-vpc",
    );
  }
}

function freeAddress(account: AwsAccount, subnet: Subnet): string {
  const taken = new Set(interfacesOf(account, { subnetId: subnet.id }).map((one) => one.privateIpAddress));
  const last = networkSize(subnet.cidrBlock) - 1;
  for (let index = reservedAddresses - 1; index < last; index++) {
    const address = addressAt(subnet.cidrBlock, index);
    if (!taken.has(address)) return address;
  }
  throw new AwsError(
    "InsufficientFreeAddressesInSubnet",
    `Subnet ${subnet.id} has no free addresses.`,
    "subnet-five-reserved",
  );
}
