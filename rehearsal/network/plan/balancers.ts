import type { AwsAccount } from "../../aws/account/account";
import type { BalancerPort } from "../../aws/cluster/balancer-spec";
import type { NetworkInterface, Subnet, Vpc } from "../../aws/ec2/items";
import type { Instance, LoadBalancer } from "../../aws/eks/items";
import type { BalancerAddress, BalancerNetwork, ListenerNetwork, Situation, TargetCheck, TargetState } from "./desired";
import { primaryOf } from "./instances";
import { tableNumber } from "./subnets";

/** Load balancers that pass connections on, in one VPC. */
export function planBalancers(account: AwsAccount, vpc: Vpc, situation: Situation): BalancerNetwork[] {
  return activeBalancers(account)
    .filter((balancer) => interfacesOf(account, balancer)[0]?.vpcId === vpc.id)
    .map((balancer) => ({
      name: balancer.name,
      groupId: balancer.securityGroupId,
      keepsClient: balancer.type === "network",
      addresses: interfacesOf(account, balancer).map((each) => addressOf(account, vpc, balancer, each, situation)),
    }));
}

/** Every target as every address that may send something to it looks at it. */
export function planChecks(account: AwsAccount): TargetCheck[] {
  return activeBalancers(account).flatMap((balancer) =>
    interfacesOf(account, balancer).flatMap((own) =>
      registered(account, balancer, own).flatMap((target) =>
        balancer.listeners.map((listener) => ({
          ...balancer.healthCheck,
          key: checkKey(own, target, listener),
          from: own.privateIpAddress,
          to: target.privateIpAddress,
          port: balancer.healthCheck.port ?? listener.nodePort,
        })),
      ),
    ),
  );
}

/** Load balancers that are active. */
export function activeBalancers(account: AwsAccount): LoadBalancer[] {
  return account.list<LoadBalancer>("load-balancer", ({ state }) => state === "active");
}

/**
 * Addresses that the name of a load balancer has: those of zones in which every listener has a healthy target, and all of
 * them when no target of any zone is healthy (ELB user guide for NLB, target-group-health-checks).
 */
export function namedAddresses(account: AwsAccount, balancer: LoadBalancer, situation: Situation): string[] {
  const all = interfacesOf(account, balancer);
  const usable = all.filter((own) =>
    balancer.listeners.every((listener) => passing(account, balancer, own, listener, situation).length > 0),
  );
  return usable.map(({ publicIp, privateIpAddress }) => publicIp ?? privateIpAddress);
}

function addressOf(
  account: AwsAccount,
  vpc: Vpc,
  balancer: LoadBalancer,
  own: NetworkInterface,
  situation: Situation,
): BalancerAddress {
  const subnet = account.get<Subnet>("subnet", own.subnetId);
  return {
    privateIp: own.privateIpAddress,
    publicIp: own.publicIp,
    table: subnet ? tableNumber(vpc, subnet) : 0,
    listeners: balancer.listeners.map(
      (listener): ListenerNetwork => ({
        ...listener,
        targets: passing(account, balancer, own, listener, situation).map(({ privateIpAddress }) => privateIpAddress),
      }),
    ),
  };
}

/** Targets that get connections: the healthy ones, and every one when all of all zones are known to be unhealthy. */
function passing(
  account: AwsAccount,
  balancer: LoadBalancer,
  own: NetworkInterface,
  listener: BalancerPort,
  situation: Situation,
): NetworkInterface[] {
  const targets = registered(account, balancer, own);
  const healthy = targets.filter((target) => stateOf(own, target, listener, situation) === "healthy");
  return healthy.length > 0 || !failsOpen(account, balancer, listener, situation) ? healthy : targets;
}

function failsOpen(account: AwsAccount, balancer: LoadBalancer, listener: BalancerPort, situation: Situation): boolean {
  return interfacesOf(account, balancer).every((own) =>
    registered(account, balancer, own).every((target) => stateOf(own, target, listener, situation) === "unhealthy"),
  );
}

/** Primary interfaces of the instances to which an address passes connections on: of its own zone, or of all. */
function registered(account: AwsAccount, balancer: LoadBalancer, own: NetworkInterface): NetworkInterface[] {
  return balancer.targetIds
    .flatMap((id) => account.get<Instance>("instance", id) ?? [])
    .flatMap((instance) => primaryOf(account, instance) ?? [])
    .filter(({ availabilityZone }) => balancer.crossZone || availabilityZone === own.availabilityZone);
}

function stateOf(
  own: NetworkInterface,
  target: NetworkInterface,
  listener: BalancerPort,
  { health }: Situation,
): TargetState {
  return health.get(checkKey(own, target, listener)) ?? "initial";
}

function checkKey(own: NetworkInterface, target: NetworkInterface, { port }: BalancerPort): string {
  return `${own.id} ${target.id} ${port}`;
}

function interfacesOf(account: AwsAccount, { interfaceIds }: LoadBalancer): NetworkInterface[] {
  return interfaceIds.flatMap((id) => account.get<NetworkInterface>("network-interface", id) ?? []);
}
