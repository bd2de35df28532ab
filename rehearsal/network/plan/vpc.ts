import type { AwsAccount } from "../../aws/account/account";
import { addressAt } from "../../aws/account/cidr";
import { interfacesOf } from "../../aws/ec2/interfaces";
import type { NetworkInterface, Subnet, Vpc } from "../../aws/ec2/items";
import { subnetsOf } from "../../aws/ec2/vpc";
import type { Cluster, Instance, LoadBalancer } from "../../aws/eks/items";
import { transitAddress } from "./addresses";
import { planBalancers } from "./balancers";
import type { NodeLink, PublicAddress, Situation, VpcNetwork } from "./desired";
import { planGroups } from "./groups";
import { instancesIn, podRange, primaryOf } from "./instances";
import { planSubnet } from "./subnets";

/** A VPC with everything that is in it. */
export function planVpc(account: AwsAccount, vpc: Vpc, situation: Situation): VpcNetwork {
  const amazon = amazonInterfaces(account, vpc);
  return {
    id: vpc.id,
    cidr: vpc.cidrBlock,
    transit: transitAddress(vpc.id),
    resolver: vpc.enableDnsSupport ? addressAt(vpc.cidrBlock, 2) : undefined,
    subnets: subnetsOf(account, vpc.id).map((subnet) => planSubnet(account, vpc, subnet)),
    nodes: instancesIn(account, vpc)
      .filter(({ id }) => situation.attached.has(id))
      .flatMap((instance) => nodeLink(account, vpc, instance, situation)),
    amazonInterfaces: amazon.map(({ privateIpAddress }) => privateIpAddress),
    publicAddresses: publicAddresses(account, vpc),
    ...planGroups(account, vpc),
    balancers: planBalancers(account, vpc, situation),
  };
}

function nodeLink(account: AwsAccount, vpc: Vpc, instance: Instance, { guards }: Situation): NodeLink[] {
  const primary = primaryOf(account, instance);
  const subnet = primary && account.get<Subnet>("subnet", primary.subnetId);
  if (!primary || !subnet) return [];
  return [
    {
      instanceId: instance.id,
      address: primary.privateIpAddress,
      gateway: addressAt(subnet.cidrBlock, 1),
      podCidr: podRange(instance, vpc),
      guards: guards.get(instance.id) ?? [],
    },
  ];
}

function amazonInterfaces(account: AwsAccount, vpc: Vpc): NetworkInterface[] {
  const ids = new Set([
    ...account.list<Cluster>("eks-cluster").flatMap(({ interfaceIds }) => interfaceIds),
    ...account.list<LoadBalancer>("load-balancer").flatMap(({ interfaceIds }) => interfaceIds),
  ]);
  return interfacesOf(account, { vpcId: vpc.id }).filter(({ id }) => ids.has(id));
}

function publicAddresses(account: AwsAccount, vpc: Vpc): PublicAddress[] {
  return interfacesOf(account, { vpcId: vpc.id }).flatMap(({ publicIp, privateIpAddress }) =>
    publicIp ? [{ publicIp, privateIp: privateIpAddress }] : [],
  );
}
