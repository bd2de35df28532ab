/** What a security group rule may say. */
import type { AwsAccount, Region } from "../account/account";
import { AwsError } from "../account/errors";
import type { Permission, SecurityGroup } from "./items";
import { requireNetwork } from "./networks";
import { areJoined } from "./peering";
import { referred } from "./references";

const protocolNames: Readonly<Record<string, string>> = { "1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6" };

/** What a permission allows, in words; the same for permissions that AWS holds to be the same. */
export function permissionName(permission: Permission): string {
  const peer =
    permission.cidrIpv4 ??
    permission.cidrIpv6 ??
    permission.referencedSecurityGroupId ??
    permission.prefixListId ??
    "nobody";
  const protocol = protocolOf(permission);
  if (protocol === "-1") return `${peer}, ALL`;
  if (!hasPorts(protocol)) return `${peer}, ${protocol}`;
  return `${peer}, ${protocol.toUpperCase()}, from port: ${permission.fromPort}, to port: ${permission.toPort}`;
}

/** @throws AwsError when AWS would not take a rule of a group in `vpcId` that says this */
export function requirePermission(account: AwsAccount, region: Region, vpcId: string, permission: Permission): void {
  requirePorts(permission);
  requireDescription(permission.description ?? "");
  const { cidrIpv4, cidrIpv6, referencedSecurityGroupId, prefixListId } = permission;
  const peers = [cidrIpv4, cidrIpv6, referencedSecurityGroupId, prefixListId].filter((peer) => peer !== undefined);
  if (peers.length !== 1) {
    throw new AwsError("InvalidParameterValue", "A rule names exactly one source or destination.", "rule-one-peer");
  }
  if (cidrIpv4 !== undefined) requireNetwork(cidrIpv4, "cidrIpv4");
  if (referencedSecurityGroupId !== undefined) requireGroup(account, region, vpcId, referencedSecurityGroupId);
}

/** At most 255 characters of this set (API reference, IpRange). */
function requireDescription(text: string): void {
  if (/^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{0,255}$/.test(text)) return;
  throw new AwsError(
    "InvalidParameterValue",
    "Invalid rule description. Valid descriptions are strings less than 256 characters from the following set: " +
      "a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*",
    "rule-description",
  );
}

/**
 * A group of another region cannot be named at all, and one of another VPC only over an active peering within the region
 * (VPC peering guide, vpc-peering-security-groups).
 */
function requireGroup(account: AwsAccount, region: Region, vpcId: string, id: string): void {
  const elsewhere = account.get<SecurityGroup>("security-group", id);
  if (elsewhere && elsewhere.region !== region) {
    throw new AwsError("InvalidGroup.NotFound", `The security group '${id}' does not exist`, "rule-group-reference");
  }
  const other = referred<SecurityGroup>(account, region, "security-group", id);
  if (other.vpcId !== vpcId && !areJoined(account, vpcId, other.vpcId)) {
    throw new AwsError(
      "InvalidGroup.NotFound",
      `You have specified two resources that belong to different networks: ${vpcId} and ${other.vpcId}.`,
      "rule-group-reference",
    );
  }
}

function requirePorts({ ipProtocol, fromPort, toPort }: Permission): void {
  const protocol = protocolOf({ ipProtocol });
  const known = protocol === "-1" || hasPorts(protocol) || (/^\d{1,3}$/.test(protocol) && Number(protocol) <= 255);
  if (!known) {
    throw new AwsError(
      "InvalidParameterValue",
      `Invalid value '${ipProtocol}' for IP protocol. Unknown protocol.`,
      "rule-protocol",
    );
  }
  if (!hasPorts(protocol)) return;
  const icmp = protocol.startsWith("icmp");
  if (fromPort === undefined || toPort === undefined) {
    throw new AwsError(
      "InvalidParameterValue",
      `Invalid value for portRange. Must specify both from and to ports with ${protocol.toUpperCase()}.`,
      "rule-ports",
    );
  }
  const within = (value: number) =>
    Number.isInteger(value) && value >= (icmp ? -1 : 0) && value <= (icmp ? 255 : 65535);
  if (!within(fromPort) || !within(toPort) || (!icmp && fromPort > toPort)) {
    throw new AwsError(
      "InvalidParameterValue",
      `Invalid ${protocol.toUpperCase()} port range (${fromPort}:${toPort})`,
      "rule-ports",
    );
  }
}

function protocolOf({ ipProtocol }: Pick<Permission, "ipProtocol">): string {
  return protocolNames[ipProtocol] ?? ipProtocol;
}

function hasPorts(protocol: string): boolean {
  return ["tcp", "udp", "icmp", "icmpv6"].includes(protocol);
}
