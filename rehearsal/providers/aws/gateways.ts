import * as ec2 from "../../aws/ec2/gateways";
import type { ElasticIp, InternetGateway, NatGateway, NetworkInterface } from "../../aws/ec2/items";
import { type ResourceKind, withRetries } from "./resource-kind";

const internetGateway: ResourceKind = {
  service: "ec2",
  noun: "EC2 Internet Gateway",
  item: "internet-gateway",
  permanent: [],
  create: async ({ account, region, tagsAll }, { vpcId }) => {
    const { id } = await ec2.createInternetGateway(account, region, tagsAll);
    if (!vpcId) return id;
    try {
      await ec2.attachInternetGateway(account, region, id, vpcId);
    } catch (error) {
      // The provider leaves it behind, tainted; here nothing would ever find it again.
      await ec2.deleteInternetGateway(account, region, id);
      throw error;
    }
    return id;
  },
  live: ({ account }, id) => {
    const found = account.get<InternetGateway>("internet-gateway", id);
    return found && { arn: found.arn, ownerId: account.accountId, vpcId: found.vpcId ?? "" };
  },
  update: async (context, id, { vpcId }, changed) => {
    if (!changed.includes("vpcId")) return;
    if (context.account.get<InternetGateway>("internet-gateway", id)?.vpcId) await detach(context, id);
    if (vpcId) await ec2.attachInternetGateway(context.account, context.region, id, vpcId);
  },
  delete: async (context, id) => {
    const { account, region } = context;
    if (account.get<InternetGateway>("internet-gateway", id)?.vpcId) await detach(context, id);
    await ec2.deleteInternetGateway(account, region, id);
  },
};

/** The provider tries for 20 minutes. */
function detach(context: Parameters<typeof withRetries>[0] & { region: string }, id: string): Promise<void> {
  return withRetries(context, 1200, ["DependencyViolation"], () =>
    ec2.detachInternetGateway(context.account, context.region, id),
  );
}

const eip: ResourceKind = {
  service: "ec2",
  noun: "EC2 EIP",
  item: "elastic-ip",
  permanent: ["domain", "address", "customerOwnedIpv4Pool", "ipamPoolId", "networkBorderGroup", "publicIpv4Pool"],
  create: async ({ account, region, tagsAll }, inputs) => {
    if (inputs.instance || inputs.networkInterface) {
      throw new Error("the rehearsal's aws:ec2:Eip is mapped by NAT gateways only, not to an instance or interface");
    }
    return (await ec2.allocateAddress(account, region, tagsAll)).id;
  },
  live: ({ account, region }, id) => {
    const found = account.get<ElasticIp>("elastic-ip", id);
    if (!found) return undefined;
    const mapped = account.get<NetworkInterface>("network-interface", found.networkInterfaceId ?? "");
    const host = found.publicIp.replaceAll(".", "-");
    return {
      arn: found.arn,
      allocationId: id,
      domain: "vpc",
      publicIp: found.publicIp,
      publicDns: `ec2-${host}.${region === "us-east-1" ? "compute-1" : `${region}.compute`}.amazonaws.com`,
      publicIpv4Pool: "amazon",
      networkBorderGroup: region,
      networkInterface: mapped?.id ?? "",
      privateIp: mapped?.privateIpAddress ?? "",
      associationId: mapped ? mapped.id.replace("eni-", "eipassoc-") : "",
      instance: "",
    };
  },
  delete: ({ account, region }, id) => ec2.releaseAddress(account, region, id),
};

const natGateway: ResourceKind = {
  service: "ec2",
  noun: "EC2 NAT Gateway",
  item: "natgateway",
  permanent: ["allocationId", "connectivityType", "subnetId", "privateIp", "vpcId", "availabilityMode"],
  create: async ({ account, region, tagsAll }, inputs) => {
    const made = await ec2.createNatGateway(account, region, {
      subnetId: inputs.subnetId,
      connectivityType: inputs.connectivityType ?? "public",
      allocationId: inputs.allocationId,
      tags: tagsAll,
    });
    return made.id;
  },
  live: ({ account }, id) => {
    const found = account.get<NatGateway>("natgateway", id);
    const own = found && account.get<NetworkInterface>("network-interface", found.networkInterfaceId);
    return (
      found &&
      own && {
        subnetId: found.subnetId,
        vpcId: found.vpcId,
        connectivityType: found.connectivityType,
        ...(found.allocationId ? { allocationId: found.allocationId } : {}),
        associationId: own.publicIp ? own.id.replace("eni-", "eipassoc-") : "",
        availabilityMode: "zonal",
        networkInterfaceId: own.id,
        privateIp: own.privateIpAddress,
        publicIp: own.publicIp ?? "",
        secondaryAllocationIds: [],
        secondaryPrivateIpAddressCount: 0,
        secondaryPrivateIpAddresses: [],
      }
    );
  },
  delete: ({ account, region }, id) => ec2.deleteNatGateway(account, region, id),
};

/** By type token. */
export const gatewayKinds = {
  "aws:ec2/internetGateway:InternetGateway": internetGateway,
  "aws:ec2/eip:Eip": eip,
  "aws:ec2/natGateway:NatGateway": natGateway,
};
