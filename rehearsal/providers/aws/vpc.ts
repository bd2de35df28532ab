import type { Subnet, Vpc } from "../../aws/ec2/items";
import { requireNetwork } from "../../aws/ec2/networks";
import * as ec2 from "../../aws/ec2/vpc";
import { zonesOf } from "../../aws/ec2/zones";
import type { Props } from "../../base/operations";
import { type ResourceKind, withRetries } from "./resource-kind";

const vpc: ResourceKind = {
  service: "ec2",
  noun: "EC2 VPC",
  item: "vpc",
  permanent: ["cidrBlock", "ipv4IpamPoolId", "ipv4NetmaskLength"],
  validate: ({ cidrBlock }) => {
    if (cidrBlock) requireNetwork(cidrBlock, "cidrBlock");
  },
  create: async ({ account, region, tagsAll }, inputs) => {
    const made = await ec2.createVpc(account, region, {
      cidrBlock: inputs.cidrBlock,
      instanceTenancy: inputs.instanceTenancy ?? "default",
      enableDnsSupport: inputs.enableDnsSupport ?? true,
      enableDnsHostnames: inputs.enableDnsHostnames ?? false,
      tags: tagsAll,
    });
    return made.id;
  },
  live: ({ account }, id) => {
    const found = account.get<Vpc>("vpc", id);
    return (
      found && {
        arn: found.arn,
        ownerId: account.accountId,
        cidrBlock: found.cidrBlock,
        instanceTenancy: found.instanceTenancy,
        enableDnsSupport: found.enableDnsSupport,
        enableDnsHostnames: found.enableDnsHostnames,
        enableNetworkAddressUsageMetrics: false,
        assignGeneratedIpv6CidrBlock: false,
        defaultSecurityGroupId: found.defaultSecurityGroupId,
        defaultNetworkAclId: found.defaultNetworkAclId,
        defaultRouteTableId: found.mainRouteTableId,
        mainRouteTableId: found.mainRouteTableId,
        dhcpOptionsId: found.dhcpOptionsId,
        ipv6AssociationId: "",
        ipv6CidrBlock: "",
        ipv6CidrBlockNetworkBorderGroup: "",
      }
    );
  },
  update: async ({ account }, id, news) => {
    const found = account.must<Vpc>("vpc", id, "InvalidVpcID.NotFound");
    await ec2.modifyVpc(account, found, {
      enableDnsSupport: news.enableDnsSupport ?? true,
      enableDnsHostnames: news.enableDnsHostnames ?? false,
    });
  },
  // The provider tries for five minutes.
  delete: (context, id) =>
    withRetries(context, 300, ["DependencyViolation"], () => ec2.deleteVpc(context.account, context.region, id)),
};

const subnet: ResourceKind = {
  service: "ec2",
  noun: "EC2 Subnet",
  item: "subnet",
  permanent: ["vpcId", "cidrBlock", "availabilityZone", "availabilityZoneId"],
  validate: ({ cidrBlock }) => {
    if (cidrBlock) requireNetwork(cidrBlock, "cidrBlock");
  },
  create: async ({ account, region, tagsAll }, inputs) => {
    const made = await ec2.createSubnet(account, region, {
      vpcId: inputs.vpcId,
      cidrBlock: inputs.cidrBlock,
      availabilityZone: zoneName(region, inputs),
      mapPublicIpOnLaunch: inputs.mapPublicIpOnLaunch ?? false,
      tags: tagsAll,
    });
    return made.id;
  },
  live: ({ account }, id) => {
    const found = account.get<Subnet>("subnet", id);
    return (
      found && {
        arn: found.arn,
        ownerId: account.accountId,
        vpcId: found.vpcId,
        cidrBlock: found.cidrBlock,
        availabilityZone: found.availabilityZone,
        availabilityZoneId: found.availabilityZoneId,
        mapPublicIpOnLaunch: found.mapPublicIpOnLaunch,
        assignIpv6AddressOnCreation: false,
        enableDns64: false,
        enableResourceNameDnsARecordOnLaunch: false,
        enableResourceNameDnsAaaaRecordOnLaunch: false,
        ipv6CidrBlock: "",
        ipv6CidrBlockAssociationId: "",
        ipv6Native: false,
        privateDnsHostnameTypeOnLaunch: "ip-name",
      }
    );
  },
  update: async ({ account }, id, news) => {
    const found = account.must<Subnet>("subnet", id, "InvalidSubnetID.NotFound");
    await ec2.modifySubnet(account, found, news.mapPublicIpOnLaunch ?? false);
  },
  // The provider's default for deletion is 20 minutes.
  delete: (context, id) =>
    withRetries(context, 1200, ["DependencyViolation"], () => ec2.deleteSubnet(context.account, context.region, id)),
};

/** The zone may be given by name or by id; AWS chooses one when it is not given, here the first. */
function zoneName(region: string, { availabilityZone, availabilityZoneId }: Props): string {
  if (availabilityZone) return availabilityZone;
  const zones = zonesOf(region);
  const found = availabilityZoneId ? zones.find(({ id }) => id === availabilityZoneId) : zones[0];
  return found?.name ?? availabilityZoneId;
}

/** By type token. */
export const vpcKinds = { "aws:ec2/vpc:Vpc": vpc, "aws:ec2/subnet:Subnet": subnet };
