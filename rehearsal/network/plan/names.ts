import type { AwsAccount } from "../../aws/account/account";
import type { Vpc } from "../../aws/ec2/items";
import type { Cluster, Instance, LoadBalancer } from "../../aws/eks/items";
import { activeBalancers, namedAddresses } from "./balancers";
import type { HostName, Situation } from "./desired";
import { endpointOf } from "./endpoints";
import { primaryOf } from "./instances";

/** All names that Amazon's resolvers know. */
export function planNames(account: AwsAccount, situation: Situation): HostName[] {
  const endpoints = account.list<Cluster>("eks-cluster", ({ state }) => state !== "DELETING");
  return [
    ...activeBalancers(account).flatMap((balancer) => balancerName(account, balancer, situation)),
    ...endpoints.flatMap((cluster) => endpointNames(account, cluster)),
    ...account.list<Instance>("instance").flatMap((instance) => instanceName(account, instance)),
  ];
}

/** Not before it is published; without an address while no target is healthy. */
function balancerName(account: AwsAccount, balancer: LoadBalancer, situation: Situation): HostName[] {
  if (!balancer.published) return [];
  return [{ name: balancer.dnsName.toLowerCase(), addresses: namedAddresses(account, balancer, situation) }];
}

/**
 * With private access, the VPC has a hidden zone for the name; without public access, everybody gets the private addresses
 * (EKS user guide, cluster-endpoint).
 */
function endpointNames(account: AwsAccount, cluster: Cluster): HostName[] {
  const { host, vpcId, privateIps, publicIps } = endpointOf(account, cluster);
  const everywhere = publicIps.length > 0 ? publicIps : privateIps;
  const own: HostName[] = privateIps.length > 0 ? [{ name: host, addresses: privateIps, vpcId }] : [];
  return [{ name: host, addresses: everywhere }, ...own];
}

/** Only in its VPC (VPC user guide, vpc-dns). */
function instanceName(account: AwsAccount, instance: Instance): HostName[] {
  const primary = primaryOf(account, instance);
  const vpc = primary && account.get<Vpc>("vpc", primary.vpcId);
  if (!vpc?.enableDnsSupport) return [];
  return [{ name: instance.nodeName, addresses: [primary?.privateIpAddress ?? ""], vpcId: vpc.id }];
}
