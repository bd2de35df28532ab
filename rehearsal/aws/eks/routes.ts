import type { AwsAccount } from "../account/account";
import type { NatGateway, NetworkInterface, RouteTable, RouteTableAssociation, Subnet, Vpc } from "../ec2/items";
import { everywhere } from "../ec2/networks";
import { routeState } from "../ec2/routing";

/** How a subnet reaches the internet. */
export type WayOut =
  | { readonly by: "internet-gateway" }
  /** With the address by which others see it; undefined when the gateway has none. */
  | { readonly by: "nat-gateway"; readonly address: string | undefined }
  | undefined;

/** Where a subnet's default route leads; undefined when it has none, or the target is gone. */
export function wayOut(account: AwsAccount, subnet: Subnet): WayOut {
  const route = tableOf(account, subnet)?.routes.find((each) => each.destinationCidrBlock === everywhere);
  if (!route || routeState(account, subnet.region, route) !== "active") return undefined;
  if (route.gatewayId) return { by: "internet-gateway" };
  if (!route.natGatewayId) return undefined;
  const nat = account.get<NatGateway>("natgateway", route.natGatewayId);
  const natSubnet = nat && account.get<Subnet>("subnet", nat.subnetId);
  // A NAT gateway reaches no further than its own subnet does.
  if (!nat || !natSubnet || natSubnet.id === subnet.id || wayOut(account, natSubnet)?.by !== "internet-gateway") {
    return undefined;
  }
  const { publicIp } = account.get<NetworkInterface>("network-interface", nat.networkInterfaceId) ?? {};
  return { by: "nat-gateway", address: publicIp };
}

/** The table of a subnet: the one associated with it, else the main one of its VPC. */
export function tableOf(account: AwsAccount, subnet: Subnet): RouteTable | undefined {
  const [association] = account.list<RouteTableAssociation>(
    "route-table-association",
    ({ subnetId }) => subnetId === subnet.id,
  );
  const main = account.get<Vpc>("vpc", subnet.vpcId)?.mainRouteTableId ?? "";
  return account.get<RouteTable>("route-table", association?.routeTableId ?? main);
}
