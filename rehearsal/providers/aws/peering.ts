import { AwsError } from "../../aws/account/errors";
import * as ec2 from "../../aws/ec2/peering";
import type { Props } from "../../base/operations";
import type { Context, ResourceKind } from "./resource-kind";

const connection: ResourceKind = {
  service: "ec2",
  noun: "EC2 VPC Peering Connection",
  item: "vpc-peering-connection",
  permanent: ["vpcId", "peerVpcId", "peerRegion", "peerOwnerId"],
  validate: ({ autoAccept, peerRegion }) => {
    if (autoAccept && peerRegion) {
      throw new AwsError(
        "InvalidParameterCombination",
        "`peerRegion` cannot be set whilst `autoAccept` is `true` when creating an EC2 VPC Peering Connection",
      );
    }
  },
  create: async (context, inputs) => {
    const { account, region, tagsAll } = context;
    const { vpcId, peerVpcId, peerRegion } = inputs;
    const { id } = await ec2.createPeering(account, region, { vpcId, peerVpcId, peerRegion, tags: tagsAll });
    if (inputs.autoAccept) await ec2.acceptPeering(account, region, id);
    await applyDns(context, id, inputs);
    return id;
  },
  live,
  update: async (context, id, news, changed) => {
    if (changed.includes("autoAccept") && news.autoAccept) {
      await ec2.acceptPeering(context.account, context.region, id);
    }
    await applyDns(context, id, news);
  },
  delete: ({ account, region }, id) => ec2.deletePeering(account, region, id),
};

/** Manages the accepter's side of a connection that another resource made; deleting it leaves the connection alone. */
const accepter: ResourceKind = {
  service: "ec2",
  noun: "EC2 VPC Peering Connection Accepter",
  permanent: ["vpcPeeringConnectionId"],
  create: async (context, inputs) => {
    const { account, region } = context;
    const found = ec2.visiblePeering(account, region, inputs.vpcPeeringConnectionId);
    if (inputs.autoAccept && found.state === "pending-acceptance") await ec2.acceptPeering(account, region, found.id);
    const tags = tagsOf(context, found.id);
    if (tags) Object.assign(tags, context.tagsAll);
    await applyDns(context, found.id, inputs);
    return found.id;
  },
  live: (context, id) => {
    const found = live(context, id);
    return found && { ...found, vpcPeeringConnectionId: id };
  },
  update: async (context, id, news, changed) => {
    const found = ec2.visiblePeering(context.account, context.region, id);
    if (changed.includes("autoAccept") && news.autoAccept && found.state === "pending-acceptance") {
      await ec2.acceptPeering(context.account, context.region, id);
    }
    await applyDns(context, id, news);
  },
  delete: async () => {},
  tags: tagsOf,
};

/** Each region keeps its own tags of a connection; within one region both resources see the same. */
function tagsOf({ account, region }: Context, id: string) {
  const found = ec2.findPeering(account, region, id);
  return found && (found.region === found.peerRegion ? found.tags : found.accepterTags);
}

async function applyDns({ account, region }: Context, id: string, inputs: Props): Promise<void> {
  const requesterDns = inputs.requester?.allowRemoteVpcDnsResolution;
  const accepterDns = inputs.accepter?.allowRemoteVpcDnsResolution;
  const dns = {
    ...(requesterDns === undefined ? {} : { requesterDns }),
    ...(accepterDns === undefined ? {} : { accepterDns }),
  };
  if (Object.keys(dns).length > 0) await ec2.setPeeringDns(account, region, id, dns);
}

function live({ account, region }: Context, id: string): Props | undefined {
  const found = ec2.findPeering(account, region, id);
  if (!found) return undefined;
  const onPeerSide = region === found.peerRegion && region !== found.region;
  return {
    acceptStatus: found.state,
    vpcId: onPeerSide ? found.peerVpcId : found.vpcId,
    peerVpcId: onPeerSide ? found.vpcId : found.peerVpcId,
    peerOwnerId: account.accountId,
    peerRegion: onPeerSide ? found.region : found.peerRegion,
    requester: { allowRemoteVpcDnsResolution: found.requesterDns },
    accepter: { allowRemoteVpcDnsResolution: found.accepterDns },
  };
}

/** By type token. */
export const peeringKinds = {
  "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": connection,
  "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter": accepter,
};
