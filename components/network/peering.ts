import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { namePart } from "../base/names";
import type { Network } from "./network";

/** One end of a peering. */
export interface PeeringEnd {
  /** The cluster's name, part of its routes' names. */
  readonly name: string;
  /** The request names the region of its far end. */
  readonly region: string;
  /** Where the other end's routes lead. */
  readonly vpcCidr: string;
  /** The VPC, and the route tables that get a route to the other end. */
  readonly network: Network;
  /** Provider of the end's region. */
  readonly provider: aws.Provider;
}

/**
 * VPC peering between two clusters: the request from one end, its acceptance in the other end's region, and a route to
 * the other in every route table of both.
 */
export class Peering extends pulumi.ComponentResource {
  constructor(
    name: string,
    args: { readonly lab: string; readonly a: PeeringEnd; readonly b: PeeringEnd },
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:network:Peering", name, {}, opts);
    const { lab, a, b } = args;
    const tags = { Name: `${lab}-${name}` };

    const request = new aws.ec2.VpcPeeringConnection(
      name,
      { vpcId: a.network.vpcId, peerVpcId: b.network.vpcId, peerRegion: b.region, tags },
      { parent: this, provider: a.provider },
    );
    // A request to another region can only be accepted there, and one within a region is accepted the same way.
    const accepted = new aws.ec2.VpcPeeringConnectionAccepter(
      name,
      { vpcPeeringConnectionId: request.id, autoAccept: true, tags },
      { parent: this, provider: b.provider },
    );

    const routes = (from: PeeringEnd, to: PeeringEnd) =>
      (["private", "public"] as const).map(
        (kind) =>
          new aws.ec2.Route(
            `${name}-${namePart(from.name)}-${kind}`,
            {
              routeTableId: from.network.routeTables[kind].id,
              destinationCidrBlock: to.vpcCidr,
              // By way of the acceptance: before, the route leads nowhere (it is a blackhole, VPC peering guide,
              // vpc-peering-routing), and the other region may not know of the connection yet.
              vpcPeeringConnectionId: accepted.vpcPeeringConnectionId,
            },
            { parent: this, provider: from.provider },
          ),
      );
    routes(a, b);
    routes(b, a);
    this.registerOutputs({ connectionId: request.id });
  }
}
