import assert from "node:assert/strict";
import { AwsError } from "../../rehearsal/aws/account/errors";
import * as gateways from "../../rehearsal/aws/ec2/gateways";
import { createNetworkInterface } from "../../rehearsal/aws/ec2/interfaces";
import type { Permission, RouteTarget, Vpc } from "../../rehearsal/aws/ec2/items";
import { createLaunchTemplate } from "../../rehearsal/aws/ec2/launch-templates";
import * as peering from "../../rehearsal/aws/ec2/peering";
import * as routing from "../../rehearsal/aws/ec2/routing";
import * as groups from "../../rehearsal/aws/ec2/security-groups";
import { deleteSubnet, deleteVpc } from "../../rehearsal/aws/ec2/vpc";
import { zonesOf } from "../../rehearsal/aws/ec2/zones";
import { ec2Rules } from "../../rehearsal/aws/rules/ec2";
import { Ec2, newAccount } from "./ec2-lab";

/** [rule, AWS's code, what breaks it]; several rows for a rule that can be broken in several ways. */
type Row = readonly [rule: string, code: string, breaks: (ec2: Ec2) => Promise<unknown>];

const https: Permission = { ipProtocol: "tcp", fromPort: 443, toPort: 443, cidrIpv4: "10.1.0.0/16" };

async function authorize(ec2: Ec2, permission: Permission) {
  const group = await ec2.group(await ec2.vpc());
  return groups.authorizeIngress(ec2.account, ec2.region, { securityGroupId: group.id, permission });
}

function peer(ec2: Ec2, a: Vpc, b: Vpc, peerRegion?: string) {
  return peering.createPeering(ec2.account, ec2.region, { vpcId: a.id, peerVpcId: b.id, peerRegion, tags: {} });
}

async function peered(ec2: Ec2, other = ec2.elsewhere()) {
  const [a, b] = [await ec2.vpc(), await other.vpc("10.1.0.0/16")];
  return { a, b, connection: await peer(ec2, a, b, other.region) };
}

function nat(ec2: Ec2, subnetId: string, allocationId?: string) {
  return gateways.createNatGateway(ec2.account, ec2.region, {
    subnetId,
    allocationId,
    connectivityType: "public",
    tags: {},
  });
}

async function withNat(ec2: Ec2) {
  const vpc = await ec2.vpc();
  const gateway = await ec2.gateway(vpc);
  const [subnet, address] = [await ec2.subnet(vpc), await ec2.address()];
  return { vpc, gateway, subnet, address, nat: await nat(ec2, subnet.id, address.id) };
}

async function withTable(ec2: Ec2) {
  const vpc = await ec2.vpc();
  const table = await routing.createRouteTable(ec2.account, ec2.region, { vpcId: vpc.id, tags: {} });
  const route = (destinationCidrBlock: string, target: RouteTarget) =>
    routing.createRoute(ec2.account, ec2.region, table.id, { destinationCidrBlock, ...target });
  return { vpc, table, route };
}

function card(ec2: Ec2, subnetId: string, more: { securityGroupIds?: string[]; publicAddress?: boolean } = {}) {
  return createNetworkInterface(ec2.account, ec2.region, { subnetId, description: "a test's", ...more });
}

async function repeat(times: number, task: (index: number) => Promise<unknown>): Promise<void> {
  for (let index = 0; index < times; index++) await task(index);
}

const rows: readonly Row[] = [
  ["reference-exists", "InvalidVpcID.NotFound", async (ec2) => ec2.elsewhere().subnet(await ec2.vpc())],
  [
    "reference-exists",
    "InvalidAllocationID.NotFound",
    async (ec2) => nat(ec2, (await ec2.subnet(await ec2.vpc())).id, "eipalloc-0"),
  ],
  [
    "reference-exists",
    "InvalidVpcID.NotFound",
    async (ec2) => peer(ec2, await ec2.vpc(), await ec2.elsewhere().vpc("10.1.0.0/16")),
  ],
  ["region-known", "InvalidParameterValue", async () => zonesOf("mars-north-1")],
  ["zone-in-region", "InvalidParameterValue", async (ec2) => ec2.subnet(await ec2.vpc(), "10.0.0.0/24", "z")],
  ["cidr-syntax", "InvalidParameterValue", (ec2) => ec2.vpc("10.0.0.0")],
  ["cidr-syntax", "InvalidParameterValue", (ec2) => ec2.vpc("10.0.0.1/16")],
  ["vpc-size", "InvalidVpc.Range", (ec2) => ec2.vpc("10.0.0.0/15")],
  ["vpc-size", "InvalidVpc.Range", (ec2) => ec2.vpc("10.0.0.0/29")],
  ["subnet-size", "InvalidSubnet.Range", async (ec2) => ec2.subnet(await ec2.vpc(), "10.0.0.0/29")],
  ["subnet-in-vpc", "InvalidSubnet.Range", async (ec2) => ec2.subnet(await ec2.vpc(), "10.1.0.0/24")],
  [
    "subnets-disjoint",
    "InvalidSubnet.Conflict",
    async (ec2) => {
      const vpc = await ec2.vpc();
      await ec2.subnet(vpc, "10.0.0.0/23");
      await ec2.subnet(vpc, "10.0.1.0/24");
    },
  ],
  [
    "subnet-five-reserved",
    "InsufficientFreeAddressesInSubnet",
    async (ec2) => {
      const { id } = await ec2.subnet(await ec2.vpc(), "10.0.0.0/28");
      for (let index = 0; index < 11; index++) card(ec2, id);
      card(ec2, id);
    },
  ],
  [
    "same-vpc",
    "InvalidParameter",
    async (ec2) => {
      const group = await ec2.group(await ec2.vpc("10.1.0.0/16"));
      card(ec2, (await ec2.subnet(await ec2.vpc())).id, { securityGroupIds: [group.id] });
    },
  ],
  [
    "internet-gateway-one",
    "Resource.AlreadyAssociated",
    async (ec2) => {
      const vpc = await ec2.vpc();
      await ec2.gateway(vpc);
      await ec2.gateway(vpc);
    },
  ],
  ["nat-address", "MissingParameter", async (ec2) => nat(ec2, (await ec2.subnet(await ec2.vpc())).id)],
  [
    "nat-address-free",
    "Resource.AlreadyAssociated",
    async (ec2) => {
      const { subnet, address } = await withNat(ec2);
      await nat(ec2, subnet.id, address.id);
    },
  ],
  [
    "nat-internet-gateway",
    "Gateway.NotAttached",
    async (ec2) => nat(ec2, (await ec2.subnet(await ec2.vpc())).id, (await ec2.address()).id),
  ],
  [
    "route-duplicate",
    "RouteAlreadyExists",
    async (ec2) => {
      const { vpc, route } = await withTable(ec2);
      const gatewayId = (await ec2.gateway(vpc)).id;
      await route("0.0.0.0/0", { gatewayId });
      await route("0.0.0.0/0", { gatewayId });
    },
  ],
  [
    "route-duplicate",
    "RouteAlreadyExists",
    async (ec2) => {
      const { vpc, route } = await withTable(ec2);
      await route("10.0.0.0/16", { gatewayId: (await ec2.gateway(vpc)).id });
    },
  ],
  [
    "route-local",
    "InvalidParameterValue",
    async (ec2) => {
      const { vpc, route } = await withTable(ec2);
      await route("10.0.7.0/24", { gatewayId: (await ec2.gateway(vpc)).id });
    },
  ],
  ["route-one-target", "InvalidParameterCombination", async (ec2) => (await withTable(ec2)).route("0.0.0.0/0", {})],
  [
    "route-target-vpc",
    "InvalidParameterValue",
    async (ec2) => {
      const { route } = await withTable(ec2);
      await route("0.0.0.0/0", { gatewayId: (await ec2.gateway(await ec2.vpc("10.9.0.0/16"))).id });
    },
  ],
  [
    "route-target-vpc",
    "InvalidParameterValue",
    async (ec2) => {
      const { route } = await withTable(ec2);
      const [b, c] = [await ec2.vpc("10.1.0.0/16"), await ec2.vpc("10.2.0.0/16")];
      await route("10.1.0.0/16", { vpcPeeringConnectionId: (await peer(ec2, b, c)).id });
    },
  ],
  [
    "association-one",
    "Resource.AlreadyAssociated",
    async (ec2) => {
      const { vpc, table } = await withTable(ec2);
      const subnetId = (await ec2.subnet(vpc)).id;
      const associate = () =>
        routing.associateRouteTable(ec2.account, ec2.region, { routeTableId: table.id, subnetId });
      await associate();
      await associate();
    },
  ],
  [
    "peering-other-vpc",
    "InvalidParameterValue",
    async (ec2) => {
      const vpc = await ec2.vpc();
      await peer(ec2, vpc, vpc);
    },
  ],
  [
    "peering-overlap",
    "VpcPeeringConnectionFailed",
    async (ec2) => peer(ec2, await ec2.vpc("10.0.0.0/16"), await ec2.elsewhere().vpc("10.0.128.0/20"), "eu-west-1"),
  ],
  [
    "peering-duplicate",
    "VpcPeeringConnectionAlreadyExists",
    async (ec2) => {
      const { a, b } = await peered(ec2);
      await peer(ec2.elsewhere(), b, a, ec2.region);
    },
  ],
  [
    "peering-accept-region",
    "OperationNotPermitted",
    async (ec2) => peering.acceptPeering(ec2.account, ec2.region, (await peered(ec2)).connection.id),
  ],
  [
    "peering-accept-once",
    "InvalidStateTransition",
    async (ec2) => {
      const { id } = (await peered(ec2)).connection;
      await repeat(2, () => peering.acceptPeering(ec2.account, "eu-west-1", id));
    },
  ],
  [
    "peering-dns-active",
    "OperationNotPermitted",
    async (ec2) =>
      peering.setPeeringDns(ec2.account, ec2.region, (await peered(ec2)).connection.id, { requesterDns: true }),
  ],
  ["group-name", "InvalidParameterValue", async (ec2) => ec2.group(await ec2.vpc(), "sg-mesh")],
  ["group-description", "InvalidParameterValue", async (ec2) => ec2.group(await ec2.vpc(), "mesh", "für alle")],
  [
    "group-name-unique",
    "InvalidGroup.Duplicate",
    async (ec2) => {
      const vpc = await ec2.vpc();
      await repeat(2, () => ec2.group(vpc));
    },
  ],
  [
    "rule-duplicate",
    "InvalidPermission.Duplicate",
    async (ec2) => {
      const { securityGroupId } = await authorize(ec2, https);
      const permission = { ...https, ipProtocol: "6", description: "once more" };
      await groups.authorizeIngress(ec2.account, ec2.region, { securityGroupId, permission });
    },
  ],
  ["rule-protocol", "InvalidParameterValue", (ec2) => authorize(ec2, { ipProtocol: "esp", cidrIpv4: "10.1.0.0/16" })],
  ["rule-ports", "InvalidParameterValue", (ec2) => authorize(ec2, { ...https, toPort: undefined })],
  ["rule-ports", "InvalidParameterValue", (ec2) => authorize(ec2, { ...https, toPort: 80 })],
  ["rule-ports", "InvalidParameterValue", (ec2) => authorize(ec2, { ...https, toPort: 70000 })],
  ["rule-one-peer", "InvalidParameterValue", (ec2) => authorize(ec2, { ...https, cidrIpv6: "::/0" })],
  ["rule-description", "InvalidParameterValue", (ec2) => authorize(ec2, { ...https, description: "a → b" })],
  ["rule-description", "InvalidParameterValue", (ec2) => authorize(ec2, { ...https, description: "a".repeat(256) })],
  ["cidr-syntax", "InvalidParameterValue", (ec2) => authorize(ec2, { ...https, cidrIpv4: "10.1.0.7/16" })],
  [
    "reference-exists",
    "InvalidGroup.NotFound",
    (ec2) => authorize(ec2, { ...https, cidrIpv4: undefined, referencedSecurityGroupId: "sg-0" }),
  ],
  [
    "rule-group-reference",
    "InvalidGroup.NotFound",
    // Peered, accepted, and still not to be named: regions differ.
    async (ec2) => {
      const { a, b, connection } = await peered(ec2);
      await peering.acceptPeering(ec2.account, "eu-west-1", connection.id);
      const [own, other] = [await ec2.group(a), await ec2.elsewhere().group(b)];
      await groups.authorizeIngress(ec2.account, ec2.region, {
        securityGroupId: own.id,
        permission: { ipProtocol: "-1", referencedSecurityGroupId: other.id },
      });
    },
  ],
  [
    "rule-group-reference",
    "InvalidGroup.NotFound",
    async (ec2) => {
      const other = await ec2.group(await ec2.vpc("10.1.0.0/16"));
      await authorize(ec2, { ...https, cidrIpv4: undefined, referencedSecurityGroupId: other.id });
    },
  ],
  [
    "launch-template-name",
    "InvalidLaunchTemplateName.AlreadyExistsException",
    ({ account, region }) =>
      repeat(2, () => createLaunchTemplate(account, region, { name: "nodes", data: {}, tags: {} })),
  ],
  [
    "launch-template-metadata",
    "InvalidParameterValue",
    ({ account, region }) =>
      createLaunchTemplate(account, region, {
        name: "nodes",
        data: { metadataOptions: { httpTokens: "always" } },
        tags: {},
      }),
  ],
  ["quota-vpcs", "VpcLimitExceeded", (ec2) => repeat(5, (index) => ec2.vpc(`10.${index}.0.0/16`))],
  ["quota-elastic-ips", "AddressLimitExceeded", (ec2) => repeat(6, () => ec2.address())],
  [
    "quota-subnets",
    "SubnetLimitExceeded",
    async (ec2) => {
      const vpc = await ec2.vpc();
      await repeat(201, (index) => ec2.subnet(vpc, `10.0.${index}.0/24`));
    },
  ],
  [
    "quota-nat-gateways",
    "NatGatewayLimitExceeded",
    async ({ account }) => {
      const ec2 = new Ec2(newAccount({ clock: account.clock, quotas: { elasticIps: 9 } }));
      const { subnet } = await withNat(ec2);
      await repeat(5, async () => nat(ec2, subnet.id, (await ec2.address()).id));
    },
  ],
  [
    "quota-peerings",
    "ActiveVpcPeeringConnectionPerVpcLimitExceeded",
    async ({ account }) => {
      const ec2 = new Ec2(newAccount({ clock: account.clock, quotas: { vpcs: 60 } }));
      const hub = await ec2.vpc("10.100.0.0/16");
      await repeat(51, async (index) => peer(ec2, hub, await ec2.vpc(`10.${index}.0.0/16`)));
    },
  ],
  [
    "quota-routes",
    "RouteLimitExceeded",
    async (ec2) => {
      const { vpc, route } = await withTable(ec2);
      const gatewayId = (await ec2.gateway(vpc)).id;
      await repeat(51, (index) => route(`192.168.${index}.0/24`, { gatewayId }));
    },
  ],
  [
    "quota-rules",
    "RulesPerSecurityGroupLimitExceeded",
    async (ec2) => {
      const { securityGroupId } = await authorize(ec2, https);
      const authorizePort = (port: number) =>
        groups.authorizeIngress(ec2.account, ec2.region, {
          securityGroupId,
          permission: { ...https, fromPort: port, toPort: port },
        });
      await repeat(60, (index) => authorizePort(1000 + index));
    },
  ],
  [
    "quota-groups-per-interface",
    "SecurityGroupsPerInterfaceLimitExceeded",
    async (ec2) => {
      const vpc = await ec2.vpc();
      const securityGroupIds: string[] = [];
      await repeat(6, async (index) => securityGroupIds.push((await ec2.group(vpc, `mesh-${index}`)).id));
      card(ec2, (await ec2.subnet(vpc)).id, { securityGroupIds });
    },
  ],
  ...(["subnet", "gateway", "group"] as const).map(
    (thing): Row => [
      "delete-vpc",
      "DependencyViolation",
      async (ec2) => {
        const vpc = await ec2.vpc();
        await ec2[thing](vpc);
        await deleteVpc(ec2.account, ec2.region, vpc.id);
      },
    ],
  ),
  [
    "delete-vpc",
    "DependencyViolation",
    async (ec2) => deleteVpc(ec2.account, ec2.region, (await withTable(ec2)).vpc.id),
  ],
  ["delete-vpc", "DependencyViolation", async (ec2) => deleteVpc(ec2.account, "eu-west-1", (await peered(ec2)).b.id)],
  [
    "delete-subnet",
    "DependencyViolation",
    async (ec2) => deleteSubnet(ec2.account, ec2.region, (await withNat(ec2)).subnet.id),
  ],
  [
    "delete-group-used",
    "DependencyViolation",
    async (ec2) => {
      const vpc = await ec2.vpc();
      const group = await ec2.group(vpc);
      card(ec2, (await ec2.subnet(vpc)).id, { securityGroupIds: [group.id] });
      await groups.deleteSecurityGroup(ec2.account, ec2.region, group.id);
    },
  ],
  [
    "delete-group-referenced",
    "DependencyViolation",
    async (ec2) => {
      const vpc = await ec2.vpc();
      const [a, b] = [await ec2.group(vpc, "a"), await ec2.group(vpc, "b")];
      await groups.authorizeIngress(ec2.account, ec2.region, {
        securityGroupId: b.id,
        permission: { ipProtocol: "-1", referencedSecurityGroupId: a.id },
      });
      await groups.deleteSecurityGroup(ec2.account, ec2.region, a.id);
    },
  ],
  [
    "delete-group-default",
    "CannotDelete",
    async (ec2) => groups.deleteSecurityGroup(ec2.account, ec2.region, (await ec2.vpc()).defaultSecurityGroupId),
  ],
  [
    "delete-route-table",
    "DependencyViolation",
    async (ec2) => {
      const { vpc, table } = await withTable(ec2);
      const subnetId = (await ec2.subnet(vpc)).id;
      await routing.associateRouteTable(ec2.account, ec2.region, { routeTableId: table.id, subnetId });
      await routing.deleteRouteTable(ec2.account, ec2.region, table.id);
    },
  ],
  [
    "delete-internet-gateway",
    "DependencyViolation",
    async (ec2) => gateways.deleteInternetGateway(ec2.account, ec2.region, (await ec2.gateway(await ec2.vpc())).id),
  ],
  [
    "detach-mapped-addresses",
    "DependencyViolation",
    async (ec2) => gateways.detachInternetGateway(ec2.account, ec2.region, (await withNat(ec2)).gateway.id),
  ],
  [
    "release-address",
    "InvalidIPAddress.InUse",
    async (ec2) => gateways.releaseAddress(ec2.account, ec2.region, (await withNat(ec2)).address.id),
  ],
];

/** What is just within a rule: a limit of one less would refuse it. */
const within: readonly (readonly [what: string, make: (ec2: Ec2) => Promise<unknown>])[] = [
  ["a VPC of /16, and one of /28", async (ec2) => [await ec2.vpc("10.0.0.0/16"), await ec2.vpc("10.1.0.0/28")]],
  ["a subnet as large as its VPC", async (ec2) => ec2.subnet(await ec2.vpc(), "10.0.0.0/16")],
  ["VPCs of one range that are not peered", (ec2) => repeat(2, () => ec2.vpc())],
  ["four VPCs beside the default one", (ec2) => repeat(4, (index) => ec2.vpc(`10.${index}.0.0/16`))],
  [
    "five addresses in each region",
    (ec2) => repeat(5, async () => [await ec2.address(), await ec2.elsewhere().address()]),
  ],
  [
    "sixty rules in each direction",
    async (ec2) => {
      const { id: securityGroupId } = await ec2.group(await ec2.vpc());
      const permission = (index: number) => ({ ...https, fromPort: 1000 + index, toPort: 1000 + index });
      const rule = (index: number) => ({ securityGroupId, permission: permission(index) });
      await repeat(60, (index) => groups.authorizeIngress(ec2.account, ec2.region, rule(index)));
      // One was there: a new group lets everything out.
      await repeat(59, (index) => groups.authorizeEgress(ec2.account, ec2.region, rule(index)));
    },
  ],
  [
    "a port for another source, and for another protocol",
    async (ec2) => {
      const { securityGroupId } = await authorize(ec2, https);
      for (const other of [{ cidrIpv4: "10.2.0.0/16" }, { ipProtocol: "udp" }]) {
        const permission = { ...https, ...other };
        await groups.authorizeIngress(ec2.account, ec2.region, { securityGroupId, permission });
      }
    },
  ],
  [
    "fifty routes",
    async (ec2) => {
      const { vpc, route } = await withTable(ec2);
      const gatewayId = (await ec2.gateway(vpc)).id;
      await repeat(50, (index) => route(`192.168.${index}.0/24`, { gatewayId }));
    },
  ],
  [
    "fifty peerings of a VPC",
    async ({ account }) => {
      const ec2 = new Ec2(newAccount({ clock: account.clock, quotas: { vpcs: 60 } }));
      const hub = await ec2.vpc("10.100.0.0/16");
      await repeat(50, async (index) => peer(ec2, hub, await ec2.vpc(`10.${index}.0.0/16`)));
    },
  ],
  [
    "eleven interfaces in a /28, with five groups each",
    async (ec2) => {
      const vpc = await ec2.vpc();
      const securityGroupIds: string[] = [];
      await repeat(5, async (index) => securityGroupIds.push((await ec2.group(vpc, `mesh-${index}`)).id));
      const { id } = await ec2.subnet(vpc, "10.0.0.0/28");
      for (let index = 0; index < 11; index++) card(ec2, id, { securityGroupIds });
    },
  ],
  [
    "what a raised quota allows",
    async ({ account }) => {
      const ec2 = new Ec2(newAccount({ clock: account.clock, quotas: { vpcs: 7, elasticIps: 6 } }));
      await repeat(6, async (index) => [await ec2.vpc(`10.${index}.0.0/16`), await ec2.address()]);
    },
  ],
];

describe("emulated EC2", () => {
  for (const [index, [rule, code, breaks]] of rows.entries()) {
    it(`refuses by ${rule} (${index + 1}): ${code}`, async () => {
      await assert.rejects(breaks(new Ec2()), (error) => {
        assert.ok(error instanceof AwsError, String(error));
        assert.deepEqual([error.rule, error.code], [rule, code]);
        return true;
      });
    });
  }

  for (const [what, make] of within) it(`takes ${what}`, () => make(new Ec2()));

  it("has a row for every rule of EC2", () => {
    const listed = ec2Rules.map(({ id }) => id);
    assert.deepEqual([...new Set(rows.map(([rule]) => rule))].sort(), listed.sort());
  });

  it("takes down a network in order and leaves nothing", async () => {
    const ec2 = new Ec2();
    const { account, region } = ec2;
    const { vpc, gateway, subnet, address, nat: natGateway } = await withNat(ec2);
    const going = gateways.deleteNatGateway(account, region, natGateway.id);
    // While it goes, its interface holds the subnet and maps the address.
    await assert.rejects(deleteSubnet(account, region, subnet.id), /DependencyViolation/);
    await assert.rejects(gateways.detachInternetGateway(account, region, gateway.id), /DependencyViolation/);
    await going;
    await gateways.releaseAddress(account, region, address.id);
    await gateways.detachInternetGateway(account, region, gateway.id);
    await gateways.deleteInternetGateway(account, region, gateway.id);
    await deleteSubnet(account, region, subnet.id);
    await deleteVpc(account, region, vpc.id);
    assert.deepEqual(account.leftovers(), []);
    assert.deepEqual(account.snapshot().items, []);
  });

  it("takes a route over a peering that waits, as a black hole until it is accepted", async () => {
    const ec2 = new Ec2();
    const { a, connection } = await peered(ec2);
    const table = await routing.createRouteTable(ec2.account, ec2.region, { vpcId: a.id, tags: {} });
    const route = { destinationCidrBlock: "10.1.0.0/16", vpcPeeringConnectionId: connection.id };
    await routing.createRoute(ec2.account, ec2.region, table.id, route);
    assert.equal(routing.routeState(ec2.account, ec2.region, route), "blackhole");
    await peering.acceptPeering(ec2.account, "eu-west-1", connection.id);
    assert.equal(routing.routeState(ec2.account, ec2.region, route), "active");
  });

  it("lets a group of a peered VPC of the same region be named once the peering is active", async () => {
    const ec2 = new Ec2();
    const { a, b, connection } = await peered(ec2, ec2);
    const [own, other] = [await ec2.group(a), await ec2.group(b)];
    const authorize = () =>
      groups.authorizeIngress(ec2.account, ec2.region, {
        securityGroupId: own.id,
        permission: { ipProtocol: "-1", referencedSecurityGroupId: other.id },
      });
    await assert.rejects(authorize(), /different networks/);
    await peering.acceptPeering(ec2.account, ec2.region, connection.id);
    await authorize();
  });
});
