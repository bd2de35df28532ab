import type { AwsAccount, Region, Tags } from "../account/account";
import { contains } from "../account/cidr";
import { AwsError } from "../account/errors";
import type {
  InternetGateway,
  NatGateway,
  NetworkInterface,
  Route,
  RouteTable,
  RouteTableAssociation,
  RouteTarget,
  Subnet,
  Vpc,
} from "./items";
import { requireNetwork } from "./networks";
import { findPeering, visiblePeering } from "./peering";
import { inUse, referred } from "./references";

/** With the VPC's local route alone. */
export function createRouteTable(
  account: AwsAccount,
  region: Region,
  args: { readonly vpcId: string; readonly tags: Tags },
): Promise<RouteTable> {
  const label = account.get<Vpc>("vpc", args.vpcId)?.cidrBlock ?? args.vpcId;
  return account.call("ec2:CreateRouteTable", `${region} ${label} ${args.tags.Name ?? ""}`, () => {
    referred<Vpc>(account, region, "vpc", args.vpcId);
    const id = account.newId("rtb");
    return account.put<RouteTable>({
      id,
      kind: "route-table",
      region,
      arn: account.arn("ec2", region, `route-table/${id}`),
      state: "available",
      tags: { ...args.tags },
      vpcId: args.vpcId,
      routes: [],
    });
  });
}

/** @throws AwsError DependencyViolation while a subnet is associated with it (API reference, DeleteRouteTable) */
export function deleteRouteTable(account: AwsAccount, region: Region, id: string): Promise<void> {
  return account.call("ec2:DeleteRouteTable", `${region} ${account.get("route-table", id)?.tags.Name ?? id}`, () => {
    referred<RouteTable>(account, region, "route-table", id);
    const [first] = associationsOf(account, id);
    if (first) inUse("routeTable", id, `it is associated with ${first.subnetId}`, "delete-route-table");
    account.remove("route-table", id);
  });
}

/** @throws AwsError when the destination or the target is not one that the table may have */
export function createRoute(account: AwsAccount, region: Region, tableId: string, route: Route): Promise<void> {
  return account.call("ec2:CreateRoute", `${region} ${label(account, tableId)} ${route.destinationCidrBlock}`, () => {
    const table = referred<RouteTable>(account, region, "route-table", tableId);
    requireNetwork(route.destinationCidrBlock, "destinationCidrBlock");
    requireDestination(account, region, table, route);
    if (findRoute(table, route.destinationCidrBlock)) throw duplicate(route.destinationCidrBlock);
    requireTarget(account, region, table.vpcId, route);
    if (table.routes.length >= account.quotas.routes) {
      throw new AwsError("RouteLimitExceeded", "The maximum number of routes has been reached.", "quota-routes");
    }
    table.routes.push(route);
  });
}

/** Leads a destination elsewhere, in place (API reference, ReplaceRoute). */
export function replaceRoute(account: AwsAccount, region: Region, tableId: string, route: Route): Promise<void> {
  return account.call("ec2:ReplaceRoute", `${region} ${label(account, tableId)} ${route.destinationCidrBlock}`, () => {
    const table = referred<RouteTable>(account, region, "route-table", tableId);
    requireTarget(account, region, table.vpcId, route);
    if (!findRoute(table, route.destinationCidrBlock)) throw noRoute(tableId, route.destinationCidrBlock);
    table.routes = table.routes.map((one) => (one.destinationCidrBlock === route.destinationCidrBlock ? route : one));
  });
}

/** @throws AwsError InvalidRoute.NotFound */
export function deleteRoute(account: AwsAccount, region: Region, tableId: string, destination: string): Promise<void> {
  return account.call("ec2:DeleteRoute", `${region} ${label(account, tableId)} ${destination}`, () => {
    const table = referred<RouteTable>(account, region, "route-table", tableId);
    if (!findRoute(table, destination)) throw noRoute(tableId, destination);
    table.routes = table.routes.filter((one) => one.destinationCidrBlock !== destination);
  });
}

/** The route with exactly this destination. */
export function findRoute(table: RouteTable, destination: string): Route | undefined {
  return table.routes.find((one) => one.destinationCidrBlock === destination);
}

/** `blackhole` while the target is not there or a peering not active (VPC peering guide, vpc-peering-routing). */
export function routeState(account: AwsAccount, region: Region, route: Route): "active" | "blackhole" {
  const { gatewayId, natGatewayId, vpcPeeringConnectionId, networkInterfaceId } = route;
  const reachable =
    (gatewayId && account.get("internet-gateway", gatewayId)) ||
    (natGatewayId && account.get<NatGateway>("natgateway", natGatewayId)?.state === "available") ||
    (vpcPeeringConnectionId && findPeering(account, region, vpcPeeringConnectionId)?.state === "active") ||
    (networkInterfaceId && account.get("network-interface", networkInterfaceId));
  return reachable ? "active" : "blackhole";
}

/** One table a subnet (VPC user guide, route tables). */
export function associateRouteTable(
  account: AwsAccount,
  region: Region,
  args: { readonly routeTableId: string; readonly subnetId: string },
): Promise<RouteTableAssociation> {
  const subject = account.get<Subnet>("subnet", args.subnetId)?.cidrBlock ?? args.subnetId;
  return account.call("ec2:AssociateRouteTable", `${region} ${subject}`, () => {
    const table = referred<RouteTable>(account, region, "route-table", args.routeTableId);
    const subnet = referred<Subnet>(account, region, "subnet", args.subnetId);
    if (table.vpcId !== subnet.vpcId) {
      throw new AwsError(
        "InvalidParameterValue",
        `route table ${table.id} and subnet ${subnet.id} belong to different networks`,
        "same-vpc",
      );
    }
    const all = account.list<RouteTableAssociation>("route-table-association");
    if (all.some((other) => other.subnetId === subnet.id)) {
      throw new AwsError(
        "Resource.AlreadyAssociated",
        `the specified association for route table ${table.id} conflicts with an existing association`,
        "association-one",
      );
    }
    return account.put<RouteTableAssociation>({
      id: account.newId("rtbassoc"),
      kind: "route-table-association",
      region,
      state: "associated",
      tags: {},
      routeTableId: table.id,
      subnetId: subnet.id,
    });
  });
}

/** The subnet falls back to the main table of its VPC. */
export function disassociateRouteTable(account: AwsAccount, region: Region, id: string): Promise<void> {
  return account.call("ec2:DisassociateRouteTable", `${region} ${id}`, () => {
    referred<RouteTableAssociation>(account, region, "route-table-association", id);
    account.remove("route-table-association", id);
  });
}

/** Associations with a table. */
export function associationsOf(account: AwsAccount, routeTableId: string): RouteTableAssociation[] {
  return account.list<RouteTableAssociation>(
    "route-table-association",
    (association) => association.routeTableId === routeTableId,
  );
}

/**
 * The VPC's own range has a local route that no other may equal; within it only interfaces and appliances can be targets
 * (VPC user guide, "Route priority" and "more specific routes").
 */
function requireDestination(account: AwsAccount, region: Region, table: RouteTable, route: Route): void {
  const { cidrBlock } = referred<Vpc>(account, region, "vpc", table.vpcId);
  const { destinationCidrBlock: destination } = route;
  if (destination === cidrBlock) throw duplicate(destination);
  if (!contains(cidrBlock, destination) || route.networkInterfaceId || route.natGatewayId) return;
  throw new AwsError(
    "InvalidParameterValue",
    `The destination CIDR block ${destination} is equal to or more specific than one of this VPC's CIDR blocks. This ` +
      "route can target only an interface or an instance.",
    "route-local",
  );
}

function requireTarget(account: AwsAccount, region: Region, vpcId: string, target: RouteTarget): void {
  const { gatewayId, natGatewayId, vpcPeeringConnectionId, networkInterfaceId } = target;
  const given = [gatewayId, natGatewayId, vpcPeeringConnectionId, networkInterfaceId].filter(Boolean);
  if (given.length !== 1) {
    throw new AwsError("InvalidParameterCombination", "A route has exactly one target.", "route-one-target");
  }
  const elsewhere = (id: string) =>
    new AwsError("InvalidParameterValue", `route table and ${id} belong to different networks`, "route-target-vpc");
  if (gatewayId) {
    const { vpcId: attached } = referred<InternetGateway>(account, region, "internet-gateway", gatewayId);
    if (attached !== vpcId) throw elsewhere(gatewayId);
  }
  if (natGatewayId) {
    const gateway = referred<NatGateway>(account, region, "natgateway", natGatewayId);
    if (gateway.vpcId !== vpcId) throw elsewhere(natGatewayId);
  }
  if (networkInterfaceId) {
    const one = referred<NetworkInterface>(account, region, "network-interface", networkInterfaceId);
    if (one.vpcId !== vpcId) throw elsewhere(networkInterfaceId);
  }
  if (vpcPeeringConnectionId) {
    // A connection that waits for acceptance is taken; the route is a black hole until then (VPC peering guide).
    const connection = visiblePeering(account, region, vpcPeeringConnectionId);
    if (connection.vpcId !== vpcId && connection.peerVpcId !== vpcId) throw elsewhere(vpcPeeringConnectionId);
  }
}

function duplicate(destination: string): AwsError {
  return new AwsError(
    "RouteAlreadyExists",
    `The route identified by ${destination} already exists.`,
    "route-duplicate",
  );
}

function noRoute(tableId: string, destination: string): AwsError {
  return new AwsError(
    "InvalidRoute.NotFound",
    `no route with destination-cidr-block ${destination} in route table ${tableId}`,
    "reference-exists",
  );
}

function label(account: AwsAccount, tableId: string): string {
  return account.get("route-table", tableId)?.tags.Name ?? tableId;
}
