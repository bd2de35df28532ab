import type { AwsAccount, Region, Tags } from "../account/account";
import { overlaps } from "../account/cidr";
import { AwsError } from "../account/errors";
import type { Vpc, VpcPeeringConnection } from "./items";
import { referred } from "./references";

/** CreateVpcPeeringConnection. */
export interface PeeringArgs {
  readonly vpcId: string;
  readonly peerVpcId: string;
  /** Default: the requester's. */
  readonly peerRegion?: Region;
  readonly tags: Tags;
}

/**
 * Asks for a connection. It stays `pending-acceptance` until accepted in the peer's region.
 *
 * @throws AwsError also when AWS makes the connection and it fails at once, as it does for overlapping ranges (VPC peering
 *   guide, "VPC peering limitations"); what failed is not kept
 */
export async function createPeering(
  account: AwsAccount,
  region: Region,
  args: PeeringArgs,
): Promise<VpcPeeringConnection> {
  const peerRegion = args.peerRegion ?? region;
  const connection = await account.call("ec2:CreateVpcPeeringConnection", `${region} ${peerRegion}`, () => {
    const vpc = referred<Vpc>(account, region, "vpc", args.vpcId);
    const peer = referred<Vpc>(account, peerRegion, "vpc", args.peerVpcId);
    requirePeerable(account, vpc, peer);
    return newPeering(account, vpc, peer, args.tags);
  });
  if (connection.state === "failed") {
    account.remove(connection.kind, connection.id);
    throw new AwsError(
      "VpcPeeringConnectionFailed",
      `unexpected state 'failed', wanted target 'active, pending-acceptance'. last error: failed: Failed due to ` +
        `incorrect VPC-ID, Account ID, or overlapping CIDR range`,
      "peering-overlap",
    );
  }
  return connection;
}

/** @throws AwsError unless `region` is the accepter's and the connection waits for it */
export function acceptPeering(account: AwsAccount, region: Region, id: string): Promise<VpcPeeringConnection> {
  return account.call("ec2:AcceptVpcPeeringConnection", region, () => {
    const connection = visiblePeering(account, region, id);
    if (connection.peerRegion !== region) {
      throw new AwsError(
        "OperationNotPermitted",
        `Incorrect region (${region}) specified for this request. VPC peering connection ${id} must be accepted in ` +
          `region ${connection.peerRegion}`,
        "peering-accept-region",
      );
    }
    if (connection.state !== "pending-acceptance") {
      throw new AwsError(
        "InvalidStateTransition",
        `Invalid state transition for ${id}, attempted to transition from ${connection.state} to provisioning`,
        "peering-accept-once",
      );
    }
    connection.state = "active";
    return connection;
  });
}

/** DNS resolution over the connection, a side each. Only once it is active (API reference). */
export function setPeeringDns(
  account: AwsAccount,
  region: Region,
  id: string,
  dns: Partial<Pick<VpcPeeringConnection, "requesterDns" | "accepterDns">>,
): Promise<void> {
  return account.call("ec2:ModifyVpcPeeringConnectionOptions", `${region} ${Object.keys(dns)}`, () => {
    const connection = visiblePeering(account, region, id);
    if (connection.state !== "active") {
      throw new AwsError(
        "OperationNotPermitted",
        `VPC peering connection ${id} must be active to modify its options`,
        "peering-dns-active",
      );
    }
    Object.assign(connection, dns);
  });
}

/** From either side (VPC peering guide, "Delete a VPC peering connection"). Routes over it stay, as black holes. */
export function deletePeering(account: AwsAccount, region: Region, id: string): Promise<void> {
  return account.call("ec2:DeleteVpcPeeringConnection", region, () => {
    visiblePeering(account, region, id);
    account.remove("vpc-peering-connection", id);
  });
}

/** The connection as seen in `region`: both ends see it under the same id. */
export function findPeering(account: AwsAccount, region: Region, id: string): VpcPeeringConnection | undefined {
  const found = account.get<VpcPeeringConnection>("vpc-peering-connection", id);
  return found && [found.region, found.peerRegion].includes(region) ? found : undefined;
}

/** @throws AwsError InvalidVpcPeeringConnectionID.NotFound when neither end is in `region` */
export function visiblePeering(account: AwsAccount, region: Region, id: string): VpcPeeringConnection {
  const found = findPeering(account, region, id);
  if (found) return found;
  return referred<VpcPeeringConnection>(account, region, "vpc-peering-connection", id);
}

/** Whether an active peering within one region joins the two VPCs. */
export function areJoined(account: AwsAccount, a: string, b: string): boolean {
  const found = account.list<VpcPeeringConnection>("vpc-peering-connection", (one) => joins(one, a, b));
  return found.some(({ state, region, peerRegion }) => state === "active" && region === peerRegion);
}

function requirePeerable(account: AwsAccount, vpc: Vpc, peer: Vpc): void {
  if (vpc === peer) {
    throw new AwsError("InvalidParameterValue", "A VPC cannot be peered with itself.", "peering-other-vpc");
  }
  const present = account.list<VpcPeeringConnection>("vpc-peering-connection");
  // One connection between two VPCs at a time (VPC peering guide, "VPC peering limitations").
  if (present.some((other) => joins(other, vpc.id, peer.id))) {
    throw new AwsError(
      "VpcPeeringConnectionAlreadyExists",
      `A VPC peering connection between ${vpc.id} and ${peer.id} already exists.`,
      "peering-duplicate",
    );
  }
  for (const { id } of [vpc, peer]) {
    const count = present.filter((other) => [other.vpcId, other.peerVpcId].includes(id)).length;
    if (count < account.quotas.peerings) continue;
    throw new AwsError(
      "ActiveVpcPeeringConnectionPerVpcLimitExceeded",
      `The maximum number of VPC peering connections of ${id} has been reached.`,
      "quota-peerings",
    );
  }
}

function newPeering(account: AwsAccount, vpc: Vpc, peer: Vpc, tags: Tags): VpcPeeringConnection {
  const { region } = vpc;
  const id = account.newId("pcx");
  return account.put<VpcPeeringConnection>({
    id,
    kind: "vpc-peering-connection",
    region,
    arn: account.arn("ec2", region, `vpc-peering-connection/${id}`),
    state: overlaps(vpc.cidrBlock, peer.cidrBlock) ? "failed" : "pending-acceptance",
    tags: { ...tags },
    vpcId: vpc.id,
    peerVpcId: peer.id,
    peerRegion: peer.region,
    accepterTags: {},
    requesterDns: false,
    accepterDns: false,
  });
}

function joins({ vpcId, peerVpcId }: VpcPeeringConnection, a: string, b: string): boolean {
  return (vpcId === a && peerVpcId === b) || (vpcId === b && peerVpcId === a);
}
