import type { AwsAccount } from "../../aws/account/account";
import { addressAt } from "../../aws/account/cidr";
import type { NatGateway, NetworkInterface, Route, Subnet, Vpc, VpcPeeringConnection } from "../../aws/ec2/items";
import { routeState } from "../../aws/ec2/routing";
import { tableOf, wayOut } from "../../aws/eks/routes";
import { transitAddress } from "./addresses";
import type { SubnetNetwork, SubnetRoute } from "./desired";

/** A subnet, and where its route table leads. */
export function planSubnet(account: AwsAccount, vpc: Vpc, subnet: Subnet): SubnetNetwork {
  const routes = tableOf(account, subnet)?.routes ?? [];
  return {
    id: subnet.id,
    cidr: subnet.cidrBlock,
    gateway: addressAt(subnet.cidrBlock, 1),
    table: tableNumber(vpc, subnet),
    routes: routes.map((route) => ({
      destination: route.destinationCidrBlock,
      target: targetOf(account, vpc, subnet, route),
    })),
  };
}

/** By the subnet's place in its VPC, counted in the smallest subnets that there are; beyond what Linux uses itself. */
export function tableNumber(vpc: Pick<Vpc, "cidrBlock">, subnet: Pick<Subnet, "cidrBlock">): number {
  return 1000 + (numberOf(subnet.cidrBlock) - numberOf(vpc.cidrBlock)) / 16;
}

function numberOf(cidr: string): number {
  const bytes = addressAt(cidr, 0).split(".").map(Number);
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

function targetOf(account: AwsAccount, vpc: Vpc, subnet: Subnet, route: Route): SubnetRoute["target"] {
  if (routeState(account, vpc.region, route) !== "active") return { by: "nothing" };
  if (route.gatewayId) return { by: "internet-gateway" };
  if (route.natGatewayId) return natTarget(account, subnet, route.natGatewayId);
  if (route.vpcPeeringConnectionId) return peeringTarget(account, vpc, route.vpcPeeringConnectionId);
  // An interface as target makes its instance a router, which nodes of EKS are not.
  return { by: "nothing" };
}

/** It reaches no further than its own subnet does, and private ones do not reach the internet. */
function natTarget(account: AwsAccount, subnet: Subnet, id: string): SubnetRoute["target"] {
  const nat = account.get<NatGateway>("natgateway", id);
  const own = nat && account.get<Subnet>("subnet", nat.subnetId);
  const address = nat && account.get<NetworkInterface>("network-interface", nat.networkInterfaceId)?.publicIp;
  if (!own || !address || own.id === subnet.id || wayOut(account, own)?.by !== "internet-gateway") {
    return { by: "nothing" };
  }
  return { by: "nat-gateway", address };
}

function peeringTarget(account: AwsAccount, vpc: Vpc, id: string): SubnetRoute["target"] {
  const peering = account.get<VpcPeeringConnection>("vpc-peering-connection", id);
  if (!peering) return { by: "nothing" };
  const peerId = peering.vpcId === vpc.id ? peering.peerVpcId : peering.vpcId;
  return { by: "peering", peeringId: id, transit: transitAddress(peerId) };
}
