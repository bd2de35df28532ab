/** The rules that load balancers of Services need on the security group of the nodes (cloud-provider-aws, aws_loadbalancer.go). */
import type { AwsAccount } from "../account/account";
import { AwsError } from "../account/errors";
import type { BalancerSpec } from "../cluster/balancer-spec";
import type { NetworkInterface, Permission, SecurityGroup, Subnet } from "../ec2/items";
import { everywhere } from "../ec2/networks";
import { permissionName } from "../ec2/security-group-permissions";
import { newRule, rulesOf } from "../ec2/security-groups";
import type { Cluster, Instance, LoadBalancer } from "./items";
import { clusterTag } from "./lookup";

const clientRule = (name: string) => `kubernetes.io/rule/nlb/client=${name}`;
const healthRule = (name: string) => `kubernetes.io/rule/nlb/health=${name}`;
const mtuRule = "kubernetes.io/rule/nlb/mtu";

/** Brings the rules of a Network Load Balancer in line with what its Service says. */
export function authorizeNetwork(
  account: AwsAccount,
  cluster: Cluster,
  balancer: LoadBalancer,
  spec: BalancerSpec,
): void {
  const subnetCidrs = balancer.subnetIds.flatMap((id) => account.get<Subnet>("subnet", id)?.cidrBlock ?? []);
  // One protocol for all ports, as in the controller.
  const protocol = spec.ports.some((port) => port.protocol === "udp") ? "udp" : "tcp";
  const ports = spec.ports.map(({ nodePort }) => nodePort);
  const permissions = (ipProtocol: string, cidrs: readonly string[], description: string): Permission[] =>
    ports.flatMap((port) =>
      cidrs.map((cidrIpv4) => ({ ipProtocol, fromPort: port, toPort: port, cidrIpv4, description })),
    );
  const openToAll = protocol === "tcp" && spec.sourceRanges.length === 1 && spec.sourceRanges[0] === everywhere;
  for (const group of groupsOfInstances(account, cluster, spec.instanceIds)) {
    // Health checks are a part of what a rule for everybody allows.
    const health = openToAll ? [] : permissions("tcp", subnetCidrs, healthRule(spec.name));
    reconcile(account, group, healthRule(spec.name), health);
    reconcile(account, group, clientRule(spec.name), permissions(protocol, spec.sourceRanges, clientRule(spec.name)));
    reconcileMtuRules(account, group);
  }
}

/** A classic load balancer has a group of its own, and nodes let everything in that comes from it. */
export function authorizeClassic(
  account: AwsAccount,
  cluster: Cluster,
  balancer: LoadBalancer,
  spec: BalancerSpec,
): void {
  const own = balancer.securityGroupId && account.get<SecurityGroup>("security-group", balancer.securityGroupId);
  if (!own) return;
  const wanted = spec.ports.flatMap(({ port, protocol }) =>
    spec.sourceRanges.map((cidrIpv4) => ({ ipProtocol: protocol, fromPort: port, toPort: port, cidrIpv4 })),
  );
  const icmp = spec.sourceRanges.map((cidrIpv4) => ({ ipProtocol: "icmp", fromPort: 3, toPort: 4, cidrIpv4 }));
  reconcile(account, own, undefined, [...wanted, ...icmp]);
  for (const group of groupsOfInstances(account, cluster, spec.instanceIds)) {
    authorize(account, group, { ipProtocol: "-1", referencedSecurityGroupId: own.id });
  }
}

/** Takes back what was granted for the balancer, on whichever group of the cluster it is. */
export function revokeRules(account: AwsAccount, cluster: Cluster, name: string, ownGroup?: string): void {
  for (const group of taggedGroups(account, cluster)) {
    reconcile(account, group, healthRule(name), []);
    reconcile(account, group, clientRule(name), []);
    reconcileMtuRules(account, group);
    for (const rule of ingressOf(account, group)) {
      if (ownGroup && rule.permission.referencedSecurityGroupId === ownGroup) account.remove(rule.kind, rule.id);
    }
  }
}

/** The groups that rules for these instances go to. */
function groupsOfInstances(account: AwsAccount, cluster: Cluster, instanceIds: readonly string[]): SecurityGroup[] {
  const tagged = new Set(taggedGroups(account, cluster).map(({ id }) => id));
  const chosen = new Set(instanceIds.flatMap((instanceId) => groupOfInstance(account, tagged, instanceId) ?? []));
  return [...chosen].flatMap((id) => account.get<SecurityGroup>("security-group", id) ?? []);
}

/**
 * An instance's only tagged group, else its only one (findSecurityGroupForInstance).
 *
 * @throws AwsError when the instance has several to choose from
 */
function groupOfInstance(account: AwsAccount, tagged: ReadonlySet<string>, instanceId: string): string | undefined {
  const instance = account.get<Instance>("instance", instanceId);
  const primary = instance && account.get<NetworkInterface>("network-interface", instance.interfaceId);
  const groups = primary?.securityGroupIds ?? [];
  const own = groups.filter((id) => tagged.has(id));
  const usable = own.length > 0 ? own : groups;
  if (usable.length <= 1) return usable[0];
  const names = usable.map((id) => `${id}(${account.get<SecurityGroup>("security-group", id)?.name})`).join(" ");
  throw new AwsError(
    "SyncLoadBalancerFailed",
    own.length > 0
      ? `Multiple tagged security groups found for instance ${instanceId}; ensure only the k8s security group is ` +
          `tagged; the tagged groups were ${names}`
      : `Multiple untagged security groups found for instance ${instanceId}; ensure the k8s security group is tagged`,
    "elb-one-group",
  );
}

function taggedGroups(account: AwsAccount, cluster: Cluster): SecurityGroup[] {
  return account.list<SecurityGroup>(
    "security-group",
    ({ tags, vpcId, region }) => vpcId === cluster.vpcId && region === cluster.region && clusterTag(cluster) in tags,
  );
}

/** Clients of any Network Load Balancer of the cluster may send "fragmentation needed". */
function reconcileMtuRules(account: AwsAccount, group: SecurityGroup): void {
  const clients = ingressOf(account, group)
    .filter(({ permission }) => permission.description?.startsWith(clientRule("")))
    .flatMap(({ permission }) => permission.cidrIpv4 ?? []);
  const wanted = [...new Set(clients)].map((cidrIpv4) => ({
    ipProtocol: "icmp",
    fromPort: 3,
    toPort: 4,
    cidrIpv4,
    description: mtuRule,
  }));
  reconcile(account, group, mtuRule, wanted);
}

/** Revokes those of its own rules (known by their description) that are not wanted any more, and grants what is missing. */
function reconcile(
  account: AwsAccount,
  group: SecurityGroup,
  description: string | undefined,
  wanted: readonly Permission[],
): void {
  const names = new Set(wanted.map(permissionName));
  for (const rule of ingressOf(account, group)) {
    const own = rule.permission.description === description;
    if (own && !names.has(permissionName(rule.permission))) account.remove(rule.kind, rule.id);
  }
  for (const permission of wanted) authorize(account, group, permission);
}

/** A rule that allows the same is left alone, whoever made it and whatever its description. */
function authorize(account: AwsAccount, group: SecurityGroup, permission: Permission): void {
  const name = permissionName(permission);
  if (ingressOf(account, group).some((rule) => permissionName(rule.permission) === name)) return;
  newRule(account, group.region, { securityGroupId: group.id, isEgress: false, permission });
}

function ingressOf(account: AwsAccount, group: SecurityGroup) {
  return rulesOf(account, group.id).filter(({ isEgress }) => !isEgress);
}
