import { createHash } from "node:crypto";
import type { Route, RouteTable, RouteTableAssociation } from "../../aws/ec2/items";
import { requireNetwork } from "../../aws/ec2/networks";
import * as ec2 from "../../aws/ec2/routing";
import type { Props } from "../../base/operations";
import type { ResourceKind } from "./resource-kind";

const routeTable: ResourceKind = {
  service: "ec2",
  noun: "EC2 Route Table",
  item: "route-table",
  permanent: ["vpcId"],
  validate: ({ routes }) => {
    if (routes?.length) {
      throw new Error("the rehearsal's aws:ec2:RouteTable takes no inline routes: use aws.ec2.Route");
    }
  },
  create: async ({ account, region, tagsAll }, { vpcId }) =>
    (await ec2.createRouteTable(account, region, { vpcId, tags: tagsAll })).id,
  live: ({ account }, id) => {
    const found = account.get<RouteTable>("route-table", id);
    return (
      found && {
        arn: found.arn,
        ownerId: account.accountId,
        vpcId: found.vpcId,
        propagatingVgws: [],
        routes: found.routes.map(({ destinationCidrBlock, ...target }) => ({
          cidrBlock: destinationCidrBlock,
          ...target,
        })),
      }
    );
  },
  delete: async ({ account, region }, id) => {
    // The provider takes associations off before it deletes the table.
    for (const association of ec2.associationsOf(account, id)) {
      await ec2.disassociateRouteTable(account, region, association.id);
    }
    await ec2.deleteRouteTable(account, region, id);
  },
};

const targets = ["gatewayId", "natGatewayId", "vpcPeeringConnectionId", "networkInterfaceId"] as const;

const route: ResourceKind = {
  service: "ec2",
  noun: "EC2 Route",
  permanent: ["routeTableId", "destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"],
  validate: ({ destinationCidrBlock }) => {
    if (destinationCidrBlock) requireNetwork(destinationCidrBlock, "destinationCidrBlock");
  },
  create: async ({ account, region }, inputs) => {
    await ec2.createRoute(account, region, inputs.routeTableId, routeOf(inputs));
    const digest = createHash("sha256").update(inputs.destinationCidrBlock).digest();
    return `r-${inputs.routeTableId}${digest.readUInt32BE()}`;
  },
  live: ({ account, region }, _id, state) => {
    const table = account.get<RouteTable>("route-table", state.routeTableId);
    const found = table && ec2.findRoute(table, state.destinationCidrBlock);
    if (!found) return undefined;
    const none = Object.fromEntries(targets.map((target) => [target, ""]));
    return { ...none, ...found, origin: "CreateRoute", state: ec2.routeState(account, region, found) };
  },
  update: ({ account, region }, _id, news) => ec2.replaceRoute(account, region, news.routeTableId, routeOf(news)),
  delete: ({ account, region }, _id, state) =>
    ec2.deleteRoute(account, region, state.routeTableId, state.destinationCidrBlock),
};

function routeOf(inputs: Props): Route {
  const { destinationCidrBlock } = inputs;
  if (!destinationCidrBlock) throw new Error("the rehearsal's aws:ec2:Route takes a destinationCidrBlock only");
  const given = targets.filter((target) => inputs[target]).map((target) => [target, inputs[target]]);
  return { destinationCidrBlock, ...Object.fromEntries(given) };
}

const association: ResourceKind = {
  service: "ec2",
  noun: "EC2 Route Table Association",
  permanent: ["subnetId", "gatewayId", "routeTableId"],
  create: async ({ account, region }, { routeTableId, subnetId }) =>
    (await ec2.associateRouteTable(account, region, { routeTableId, subnetId })).id,
  live: ({ account }, id) => {
    const found = account.get<RouteTableAssociation>("route-table-association", id);
    return found && { routeTableId: found.routeTableId, subnetId: found.subnetId };
  },
  delete: ({ account, region }, id) => ec2.disassociateRouteTable(account, region, id),
};

/** By type token. */
export const routingKinds = {
  "aws:ec2/routeTable:RouteTable": routeTable,
  "aws:ec2/route:Route": route,
  "aws:ec2/routeTableAssociation:RouteTableAssociation": association,
};
