import type { AwsAccount, Region } from "../account/account";
import { contains, overlaps, prefixLength } from "../account/cidr";
import { AwsError } from "../account/errors";
import type { AwsRuleId } from "../rules/rules";
import { interfacesOf } from "./interfaces";
import type { RouteTable, RouteTableAssociation, SecurityGroup, Subnet, Vpc, VpcPeeringConnection } from "./items";
import { requireNetwork } from "./networks";
import { inUse, referred } from "./references";
import { newSecurityGroup, removeSecurityGroup } from "./security-groups";
import { requireZone } from "./zones";

/** CreateVpc, with the attributes that the provider sets after it. */
export type VpcArgs = Pick<Vpc, "cidrBlock" | "instanceTenancy" | "enableDnsHostnames" | "enableDnsSupport" | "tags">;
/** CreateSubnet, with the attribute that the provider sets after it. */
export type SubnetArgs = Pick<Subnet, "vpcId" | "cidrBlock" | "availabilityZone" | "mapPublicIpOnLaunch" | "tags">;

/** The default VPC of a region counts, although the lab never sees it. */
const defaultVpcs = 1;

/** VPC and subnet blocks are between a /16 and a /28 (VPC user guide, vpc-cidr-blocks). */
const [largest, smallest] = [16, 28];

/** Comes with a main route table and a default security group. */
export function createVpc(account: AwsAccount, region: Region, args: VpcArgs): Promise<Vpc> {
  return account.call("ec2:CreateVpc", `${region} ${args.cidrBlock}`, () => {
    requireNetwork(args.cidrBlock, "cidrBlock");
    requireSize(args.cidrBlock, "InvalidVpc.Range", "vpc-size");
    if (account.list("vpc", (vpc) => vpc.region === region).length + defaultVpcs >= account.quotasIn(region).vpcs) {
      throw new AwsError("VpcLimitExceeded", "The maximum number of VPCs has been reached.", "quota-vpcs");
    }
    const vpc = newVpc(account, region, args);
    addMainRouteTable(account, vpc);
    addDefaultGroup(account, vpc);
    return vpc;
  });
}

/** What a VPC allows to change. DNS host names need DNS support (API reference, ModifyVpcAttribute). */
export function modifyVpc(
  account: AwsAccount,
  vpc: Vpc,
  change: Pick<Vpc, "enableDnsHostnames" | "enableDnsSupport">,
): Promise<void> {
  return account.call("ec2:ModifyVpcAttribute", `${vpc.region} ${vpc.cidrBlock}`, () => {
    vpc.enableDnsHostnames = change.enableDnsHostnames;
    vpc.enableDnsSupport = change.enableDnsSupport;
  });
}

/** @throws AwsError DependencyViolation while anything lives in it but what came with it (API reference, DeleteVpc) */
export function deleteVpc(account: AwsAccount, region: Region, id: string): Promise<void> {
  return account.call("ec2:DeleteVpc", `${region} ${account.get<Vpc>("vpc", id)?.cidrBlock ?? id}`, () => {
    const vpc = referred<Vpc>(account, region, "vpc", id);
    const blockers = [
      ...subnetsOf(account, id),
      ...account.list("internet-gateway", (gateway) => gateway.vpcId === id),
      ...account.list("security-group", (group) => group.vpcId === id && !group.implicit),
      ...account.list("route-table", (table) => table.vpcId === id && !table.implicit),
      ...interfacesOf(account, { vpcId: id }),
      ...account.list<VpcPeeringConnection>("vpc-peering-connection", touches(id)),
    ];
    const [first] = blockers;
    if (first) inUse("vpc", id, `${first.kind} ${first.id}`, "delete-vpc");
    const group = account.get<SecurityGroup>("security-group", vpc.defaultSecurityGroupId);
    if (group) removeSecurityGroup(account, group);
    account.remove("route-table", vpc.mainRouteTableId);
    account.remove("vpc", id);
  });
}

/** Subnets of a VPC, in the order in which they were made. */
export function subnetsOf(account: AwsAccount, vpcId: string): Subnet[] {
  return account.list<Subnet>("subnet", (subnet) => subnet.vpcId === vpcId);
}

/** @throws AwsError when the block is not one of its own within the VPC's */
export async function createSubnet(account: AwsAccount, region: Region, args: SubnetArgs): Promise<Subnet> {
  const subject = `${region} ${args.cidrBlock}`;
  const subnet = await account.call("ec2:CreateSubnet", subject, () => {
    const vpc = referred<Vpc>(account, region, "vpc", args.vpcId);
    requireSubnetBlock(account, vpc, args.cidrBlock);
    const zone = requireZone(region, args.availabilityZone);
    const id = account.newId("subnet");
    return account.put<Subnet>({
      id,
      kind: "subnet",
      region,
      arn: account.arn("ec2", region, `subnet/${id}`),
      state: "available",
      ...args,
      availabilityZoneId: zone.id,
      mapPublicIpOnLaunch: false,
    });
  });
  if (args.mapPublicIpOnLaunch) await modifySubnet(account, subnet, true);
  return subnet;
}

/** Whether instances get public addresses when they start. */
export function modifySubnet(account: AwsAccount, subnet: Subnet, mapPublicIpOnLaunch: boolean): Promise<void> {
  return account.call("ec2:ModifySubnetAttribute", `${subnet.region} ${subnet.cidrBlock}`, () => {
    subnet.mapPublicIpOnLaunch = mapPublicIpOnLaunch;
  });
}

/** @throws AwsError DependencyViolation while it holds an interface (facts of teardown: load balancers, NAT, nodes) */
export function deleteSubnet(account: AwsAccount, region: Region, id: string): Promise<void> {
  return account.call("ec2:DeleteSubnet", `${region} ${account.get<Subnet>("subnet", id)?.cidrBlock ?? id}`, () => {
    referred<Subnet>(account, region, "subnet", id);
    const [first] = interfacesOf(account, { subnetId: id });
    if (first) inUse("subnet", id, `${first.kind} ${first.id} (${first.description})`, "delete-subnet");
    // Its association with a route table goes with it.
    for (const one of account.list<RouteTableAssociation>("route-table-association", (it) => it.subnetId === id)) {
      account.remove(one.kind, one.id);
    }
    account.remove("subnet", id);
  });
}

function newVpc(account: AwsAccount, region: Region, args: VpcArgs): Vpc {
  const id = account.newId("vpc");
  return account.put<Vpc>({
    id,
    kind: "vpc",
    region,
    arn: account.arn("ec2", region, `vpc/${id}`),
    state: "available",
    ...args,
    defaultSecurityGroupId: "",
    mainRouteTableId: account.newId("rtb"),
    defaultNetworkAclId: account.newId("acl"),
    dhcpOptionsId: account.newId("dopt"),
  });
}

/** Every VPC comes with a main route table and a group named default; both go with it (VPC user guide). */
function addMainRouteTable(account: AwsAccount, { id: vpcId, region, mainRouteTableId: id }: Vpc): void {
  account.put<RouteTable>({
    id,
    kind: "route-table",
    region,
    arn: account.arn("ec2", region, `route-table/${id}`),
    state: "available",
    tags: {},
    implicit: true,
    vpcId,
    routes: [],
  });
}

function addDefaultGroup(account: AwsAccount, vpc: Vpc): void {
  const group = newSecurityGroup(account, vpc.region, {
    name: "default",
    description: "default VPC security group",
    vpcId: vpc.id,
    tags: {},
  });
  group.implicit = true;
  vpc.defaultSecurityGroupId = group.id;
}

function requireSubnetBlock(account: AwsAccount, vpc: Vpc, cidr: string): void {
  requireNetwork(cidr, "cidrBlock");
  requireSize(cidr, "InvalidSubnet.Range", "subnet-size");
  if (!contains(vpc.cidrBlock, cidr)) {
    throw new AwsError("InvalidSubnet.Range", `The CIDR '${cidr}' is invalid.`, "subnet-in-vpc");
  }
  const others = subnetsOf(account, vpc.id);
  if (others.some(({ cidrBlock }) => overlaps(cidrBlock, cidr))) {
    throw new AwsError(
      "InvalidSubnet.Conflict",
      `The CIDR '${cidr}' conflicts with another subnet`,
      "subnets-disjoint",
    );
  }
  if (others.length >= account.quotas.subnets) {
    throw new AwsError("SubnetLimitExceeded", "The maximum number of subnets has been reached.", "quota-subnets");
  }
}

function requireSize(cidr: string, code: string, rule: AwsRuleId): void {
  const prefix = prefixLength(cidr);
  if (prefix < largest || prefix > smallest) throw new AwsError(code, `The CIDR '${cidr}' is invalid.`, rule);
}

function touches(vpcId: string) {
  return (peering: VpcPeeringConnection) => peering.vpcId === vpcId || peering.peerVpcId === vpcId;
}
