import type { AwsAccount } from "../../aws/account/account";
import { overlaps } from "../../aws/account/cidr";
import type { Vpc, VpcPeeringConnection } from "../../aws/ec2/items";
import type { Cluster } from "../../aws/eks/items";
import { UserError } from "../../base/user-error";
import { planChecks } from "./balancers";
import type { ApiEndpoint, DesiredNetwork, PeeringLink, Situation } from "./desired";
import { endpointOf } from "./endpoints";
import { planNames } from "./names";
import { planVpc } from "./vpc";

/** What a peering between regions carries, and one within a region (EC2 user guide, network_mtu). */
const [mtuBetweenRegions, mtuWithinRegion] = [8500, 9001];

/**
 * The network of an account as it is now. Items that are still being made or go away are left out, as AWS does with their
 * traffic.
 *
 * @throws UserError when ranges of VPCs overlap
 */
export function planNetwork(account: AwsAccount, situation: Situation): DesiredNetwork {
  const vpcs = account.list<Vpc>("vpc");
  requireDisjoint(vpcs);
  return {
    vpcs: vpcs.map((vpc) => planVpc(account, vpc, situation)),
    peerings: account.list<VpcPeeringConnection>("vpc-peering-connection").flatMap(linkOf),
    endpoints: planEndpoints(account),
    names: planNames(account, situation),
    checks: planChecks(account),
  };
}

function planEndpoints(account: AwsAccount): ApiEndpoint[] {
  return account
    .list<Cluster>("eks-cluster", ({ state }) => state !== "DELETING")
    .map((cluster) => endpointOf(account, cluster));
}

function linkOf({ id, state, vpcId, peerVpcId, region, peerRegion }: VpcPeeringConnection): PeeringLink[] {
  if (state !== "active") return [];
  return [{ id, vpcIds: [vpcId, peerVpcId], mtu: region === peerRegion ? mtuWithinRegion : mtuBetweenRegions }];
}

/** AWS allows it; here AWS's own network reaches all VPCs by their ranges. */
function requireDisjoint(vpcs: readonly Vpc[]): void {
  for (const [index, vpc] of vpcs.entries()) {
    const other = vpcs.slice(0, index).find(({ cidrBlock }) => overlaps(cidrBlock, vpc.cidrBlock));
    if (!other) continue;
    throw new UserError(
      `The VPCs ${other.cidrBlock} in ${other.region} and ${vpc.cidrBlock} in ${vpc.region} overlap, which real nodes ` +
        "do not go with: give them different ranges, or rehearse with `--nodes simulated`.",
    );
  }
}
