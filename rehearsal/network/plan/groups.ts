import type { AwsAccount } from "../../aws/account/account";
import type { NetworkInterface, Permission, SecurityGroup, SecurityGroupRule, Vpc } from "../../aws/ec2/items";
import { rulesOf } from "../../aws/ec2/security-groups";
import type { Instance } from "../../aws/eks/items";
import type { GroupRule, VpcNetwork } from "./desired";
import { podRange } from "./instances";

/** Numbers of protocols that rules call by name (IANA, protocol numbers). */
const protocolNumbers: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58 };

/** What ports mean for these: first and last one, or type and code. */
const withPorts = new Set(Object.values(protocolNumbers));

/** The security groups of a VPC with their rules, and the groups that these name. */
export function planGroups(account: AwsAccount, vpc: Vpc): Pick<VpcNetwork, "groups" | "rules"> {
  const own = account.list<SecurityGroup>("security-group", ({ vpcId }) => vpcId === vpc.id).map(({ id }) => id);
  const rules = own.flatMap((id) => rulesOf(account, id)).flatMap(ruleOf);
  const named = rules.flatMap(({ peer }) => ("groupId" in peer ? [peer.groupId] : []));
  const groups = [...new Set([...own, ...named])].map((groupId) => ({
    groupId,
    own: own.includes(groupId),
    addresses: membersOf(account, groupId),
  }));
  return { groups, rules };
}

/** Interfaces that carry the group, and the pods of instances whose primary interface does. */
function membersOf(account: AwsAccount, groupId: string): string[] {
  const interfaces = account.list<NetworkInterface>("network-interface", ({ securityGroupIds }) =>
    securityGroupIds.includes(groupId),
  );
  const addresses = interfaces.flatMap((each) => [each.privateIpAddress, ...podsBehind(account, each)]);
  return [...new Set(addresses)];
}

function podsBehind(account: AwsAccount, { id, vpcId }: NetworkInterface): string[] {
  const vpc = account.get<Vpc>("vpc", vpcId);
  const [instance] = account.list<Instance>("instance", ({ interfaceId }) => interfaceId === id);
  const range = vpc && instance && podRange(instance, vpc);
  return range ? [range] : [];
}

/** Nothing for IPv6 and prefix lists, which nothing here has. */
function ruleOf({ securityGroupId, isEgress, permission }: SecurityGroupRule): GroupRule[] {
  const peer = peerOf(permission);
  if (!peer) return [];
  const protocol = protocolOf(permission.ipProtocol);
  const ports = protocol !== "all" && withPorts.has(protocol);
  return [
    {
      groupId: securityGroupId,
      direction: isEgress ? "egress" : "ingress",
      protocol,
      from: ports ? wildcard(permission.fromPort) : undefined,
      to: ports ? wildcard(permission.toPort) : undefined,
      peer,
    },
  ];
}

function peerOf({ cidrIpv4, referencedSecurityGroupId }: Permission): GroupRule["peer"] | undefined {
  if (cidrIpv4) return { cidr: cidrIpv4 };
  return referencedSecurityGroupId ? { groupId: referencedSecurityGroupId } : undefined;
}

function protocolOf(name: string): GroupRule["protocol"] {
  return name === "-1" ? "all" : (protocolNumbers[name] ?? Number(name));
}

/** -1 stands for every ICMP type or code (EC2 API reference, IpPermission). */
function wildcard(port: number | undefined): number | undefined {
  return port === -1 ? undefined : port;
}
