/** Internet gateways, Elastic IP addresses and NAT gateways. */
import type { AwsAccount, Region, Tags } from "../account/account";
import { AwsError } from "../account/errors";
import { createNetworkInterface, deleteNetworkInterface, interfacesOf, publicAddress } from "./interfaces";
import type { ElasticIp, InternetGateway, NatGateway, Subnet, Vpc } from "./items";
import { inUse, referred } from "./references";

/** Detached at first. */
export function createInternetGateway(account: AwsAccount, region: Region, tags: Tags): Promise<InternetGateway> {
  return account.call("ec2:CreateInternetGateway", `${region} ${tags.Name ?? ""}`, () => {
    const id = account.newId("igw");
    return account.put<InternetGateway>({
      id,
      kind: "internet-gateway",
      region,
      arn: account.arn("ec2", region, `internet-gateway/${id}`),
      state: "available",
      tags: { ...tags },
    });
  });
}

/** One gateway a VPC, one VPC a gateway (VPC user guide, internet gateways). */
export function attachInternetGateway(account: AwsAccount, region: Region, id: string, vpcId: string): Promise<void> {
  return account.call("ec2:AttachInternetGateway", `${region} ${account.get<Vpc>("vpc", vpcId)?.cidrBlock}`, () => {
    const gateway = referred<InternetGateway>(account, region, "internet-gateway", id);
    referred<Vpc>(account, region, "vpc", vpcId);
    const attached = account.list<InternetGateway>("internet-gateway", (other) => other.vpcId === vpcId);
    if (gateway.vpcId || attached.length > 0) {
      const [first = gateway] = attached;
      throw new AwsError(
        "Resource.AlreadyAssociated",
        `resource ${first.id} is already attached to network ${first.vpcId}`,
        "internet-gateway-one",
      );
    }
    gateway.vpcId = vpcId;
  });
}

/** @throws AwsError DependencyViolation while a public address is mapped in the VPC (teardown facts) */
export function detachInternetGateway(account: AwsAccount, region: Region, id: string): Promise<void> {
  return account.call(
    "ec2:DetachInternetGateway",
    `${region} ${account.get("internet-gateway", id)?.tags.Name}`,
    () => {
      const gateway = referred<InternetGateway>(account, region, "internet-gateway", id);
      if (!gateway.vpcId) {
        throw new AwsError("Gateway.NotAttached", `resource ${id} is not attached to a network`);
      }
      const mapped = interfacesOf(account, { vpcId: gateway.vpcId }).find(({ publicIp }) => publicIp);
      if (mapped) {
        throw new AwsError(
          "DependencyViolation",
          `Network ${gateway.vpcId} has some mapped public address(es). Please unmap those public address(es) before ` +
            `detaching the gateway: ${mapped.publicIp} on ${mapped.id} (${mapped.description}).`,
          "detach-mapped-addresses",
        );
      }
      gateway.vpcId = undefined;
    },
  );
}

/** @throws AwsError DependencyViolation while it is attached (API reference, DeleteInternetGateway) */
export function deleteInternetGateway(account: AwsAccount, region: Region, id: string): Promise<void> {
  return account.call(
    "ec2:DeleteInternetGateway",
    `${region} ${account.get("internet-gateway", id)?.tags.Name}`,
    () => {
      const gateway = referred<InternetGateway>(account, region, "internet-gateway", id);
      if (gateway.vpcId) inUse("internetGateway", id, `attached to ${gateway.vpcId}`, "delete-internet-gateway");
      account.remove("internet-gateway", id);
    },
  );
}

/** An Elastic IP address, mapped to nothing yet. */
export function allocateAddress(account: AwsAccount, region: Region, tags: Tags): Promise<ElasticIp> {
  return account.call("ec2:AllocateAddress", `${region} ${tags.Name ?? ""}`, () => {
    if (
      account.list("elastic-ip", (address) => address.region === region).length >= account.quotasIn(region).elasticIps
    ) {
      throw new AwsError(
        "AddressLimitExceeded",
        "The maximum number of addresses has been reached.",
        "quota-elastic-ips",
      );
    }
    const id = account.newId("eipalloc");
    return account.put<ElasticIp>({
      id,
      kind: "elastic-ip",
      region,
      arn: account.arn("ec2", region, `elastic-ip/${id}`),
      state: "available",
      tags: { ...tags },
      publicIp: publicAddress(account),
    });
  });
}

/** @throws AwsError InvalidIPAddress.InUse while it is mapped (API reference, ReleaseAddress) */
export function releaseAddress(account: AwsAccount, region: Region, id: string): Promise<void> {
  return account.call("ec2:ReleaseAddress", `${region} ${account.get("elastic-ip", id)?.tags.Name ?? id}`, () => {
    const address = referred<ElasticIp>(account, region, "elastic-ip", id);
    if (address.networkInterfaceId) {
      throw new AwsError(
        "InvalidIPAddress.InUse",
        `Address ${address.publicIp} is in use by ${address.networkInterfaceId}.`,
        "release-address",
      );
    }
    account.remove("elastic-ip", id);
  });
}

/** CreateNatGateway. */
export interface NatGatewayArgs {
  readonly subnetId: string;
  readonly connectivityType: "public" | "private";
  readonly allocationId?: string;
  readonly tags: Tags;
}

/** Resolves when it is available. A public one fails in a VPC without an internet gateway (VPC user guide, NAT gateways). */
export async function createNatGateway(account: AwsAccount, region: Region, args: NatGatewayArgs): Promise<NatGateway> {
  const subject = account.get<Subnet>("subnet", args.subnetId)?.cidrBlock ?? args.subnetId;
  const gateway = await account.call("ec2:CreateNatGateway", `${region} ${subject}`, () => {
    const subnet = referred<Subnet>(account, region, "subnet", args.subnetId);
    const address = args.connectivityType === "public" ? freeAddress(account, region, args) : undefined;
    requireNatQuota(account, subnet);
    if (address) requireInternetGateway(account, subnet.vpcId);
    return newNatGateway(account, subnet, address, args);
  });
  gateway.state = "available";
  return gateway;
}

/** Resolves when it is gone; its interface, and so its address's mapping, stays until then (VPC user guide, NAT gateways). */
export async function deleteNatGateway(account: AwsAccount, region: Region, id: string): Promise<void> {
  const { gateway, subject } = natSubject(account, region, id);
  await account.call("ec2:DeleteNatGateway", subject, () => {
    gateway.state = "deleting";
  });
  deleteNetworkInterface(account, gateway.networkInterfaceId);
  const address = gateway.allocationId ? account.get<ElasticIp>("elastic-ip", gateway.allocationId) : undefined;
  if (address) address.networkInterfaceId = undefined;
  account.remove("natgateway", id);
}

function natSubject(account: AwsAccount, region: Region, id: string) {
  const gateway = referred<NatGateway>(account, region, "natgateway", id);
  return { gateway, subject: `${region} ${account.get<Subnet>("subnet", gateway.subnetId)?.cidrBlock}` };
}

function newNatGateway(
  account: AwsAccount,
  subnet: Subnet,
  address: ElasticIp | undefined,
  { connectivityType, tags }: NatGatewayArgs,
): NatGateway {
  const { region } = subnet;
  const id = account.newId("nat");
  const { id: networkInterfaceId } = createNetworkInterface(account, region, {
    subnetId: subnet.id,
    withoutGroups: true,
    description: `Interface for NAT Gateway ${id}`,
    publicIp: address?.publicIp,
  });
  if (address) address.networkInterfaceId = networkInterfaceId;
  return account.put<NatGateway>({
    id,
    kind: "natgateway",
    region,
    arn: account.arn("ec2", region, `natgateway/${id}`),
    state: "pending",
    tags: { ...tags },
    vpcId: subnet.vpcId,
    subnetId: subnet.id,
    connectivityType,
    allocationId: address?.id,
    networkInterfaceId,
  });
}

function requireNatQuota(account: AwsAccount, { availabilityZone: zone, region }: Subnet): void {
  const inZone = account.list<NatGateway>(
    "natgateway",
    ({ subnetId }) => account.get<Subnet>("subnet", subnetId)?.availabilityZone === zone,
  );
  if (inZone.length < account.quotasIn(region).natGateways) return;
  throw new AwsError(
    "NatGatewayLimitExceeded",
    `The maximum number of NAT gateways has been reached in ${zone}.`,
    "quota-nat-gateways",
  );
}

function requireInternetGateway(account: AwsAccount, vpcId: string): void {
  if (account.list("internet-gateway", (each) => each.vpcId === vpcId).length > 0) return;
  throw new AwsError(
    "Gateway.NotAttached",
    `Network ${vpcId} has no Internet gateway attached`,
    "nat-internet-gateway",
  );
}

function freeAddress(account: AwsAccount, region: Region, { allocationId }: NatGatewayArgs): ElasticIp {
  if (!allocationId) {
    throw new AwsError("MissingParameter", "A public NAT gateway needs an AllocationId.", "nat-address");
  }
  const address = referred<ElasticIp>(account, region, "elastic-ip", allocationId);
  if (address.networkInterfaceId) {
    throw new AwsError(
      "Resource.AlreadyAssociated",
      `Elastic IP address [${allocationId}] is already associated`,
      "nat-address-free",
    );
  }
  return address;
}
