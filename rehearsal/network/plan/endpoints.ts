import type { AwsAccount } from "../../aws/account/account";
import type { NetworkInterface } from "../../aws/ec2/items";
import type { Cluster } from "../../aws/eks/items";
import { endpointAddresses } from "./addresses";
import type { ApiEndpoint } from "./desired";

/** Where the API server of a cluster is reached, and by whom. */
export function endpointOf(account: AwsAccount, cluster: Cluster): ApiEndpoint {
  const interfaces = cluster.interfaceIds.flatMap(
    (id) => account.get<NetworkInterface>("network-interface", id)?.privateIpAddress ?? [],
  );
  const { endpointPrivateAccess, endpointPublicAccess } = cluster;
  return {
    cluster: cluster.name,
    vpcId: cluster.vpcId,
    host: new URL(cluster.endpoint).hostname,
    privateIps: endpointPrivateAccess ? interfaces : [],
    interfaces,
    publicIps: endpointPublicAccess ? endpointAddresses(cluster.arn) : [],
    publicAccess: endpointPublicAccess ? cluster.publicAccessCidrs : [],
  };
}
