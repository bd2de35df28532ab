/** Which addresses the pods of a node have. */
import type { AwsAccount } from "../account/account";
import { addressAt, networkSize, prefixLength } from "../account/cidr";
import type { PodPool } from "../cluster/cni";
import type { NetworkInterface, Subnet } from "../ec2/items";
import type { Cluster, Instance } from "./items";
import { ofCluster } from "./lookup";

/** Prefix of a node's piece of its subnet: 64 addresses. */
const piece = 26;

/**
 * The piece of an instance, which is its own: of the CNI's pool, or of its subnet. The VPC CNI takes single addresses wherever
 * they are free; a piece is what kwok can be told. Pieces are counted from the end of a subnet, because interfaces take
 * addresses from its beginning, and are smaller in a small one.
 */
export function podCidrOf(
  account: AwsAccount,
  cluster: Cluster,
  instance: Instance,
  pool: PodPool | undefined,
): string | undefined {
  if (instance.podCidr) return instance.podCidr;
  const whole = pool?.cidr ?? subnetOf(account, instance)?.cidrBlock;
  if (!whole) return undefined;
  const prefix = pool?.prefix ?? Math.min(30, Math.max(piece, prefixLength(whole) + 2));
  const count = networkSize(whole) / 2 ** (32 - prefix);
  const taken = account.list<Instance>("instance", ofCluster(cluster)).map(({ podCidr }) => podCidr);
  for (let index = 0; index < count; index++) {
    const place = pool ? index : count - 1 - index;
    const cidr = `${addressAt(whole, place * 2 ** (32 - prefix))}/${prefix}`;
    if (!taken.includes(cidr)) return cidr;
  }
  return undefined;
}

function subnetOf(account: AwsAccount, { interfaceId }: Instance): Subnet | undefined {
  const primary = account.get<NetworkInterface>("network-interface", interfaceId);
  return account.get<Subnet>("subnet", primary?.subnetId ?? "");
}
