import type { AwsAccount } from "../../aws/account/account";
import { contains } from "../../aws/account/cidr";
import type { NetworkInterface, Vpc } from "../../aws/ec2/items";
import type { Instance } from "../../aws/eks/items";

/** Instances whose primary interface is in the VPC. */
export function instancesIn(account: AwsAccount, vpc: Pick<Vpc, "id">): Instance[] {
  return account.list<Instance>("instance", (each) => primaryOf(account, each)?.vpcId === vpc.id);
}

/** The interface that an instance was started with. */
export function primaryOf(account: AwsAccount, { interfaceId }: Instance): NetworkInterface | undefined {
  return account.get<NetworkInterface>("network-interface", interfaceId);
}

/** The range of an instance's pods; undefined where they have addresses of an overlay. */
export function podRange({ podCidr }: Instance, vpc: Pick<Vpc, "cidrBlock">): string | undefined {
  return podCidr && contains(vpc.cidrBlock, podCidr) ? podCidr : undefined;
}
