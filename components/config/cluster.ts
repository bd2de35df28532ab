import { z } from "zod";
import { cidrProblem } from "../base/cidr";
import { regions } from "../base/regions";
import { setting } from "../base/setting";
import { isPrivate } from "../base/special-networks";
import { cidrBetween, hostCidrBetween } from "../base/values";

/** The checked shape of one cluster. */
export const clusterSchema = z.strictObject({
  name: setting(
    z.string().regex(/^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/, "not a valid cluster name"),
    "Name of the cluster; part of the names of all that belongs to it",
    "1 to 32 characters: lower-case letters, digits and hyphens, beginning with a letter",
  ),
  region: setting(z.enum(regions as [string, ...string[]]), "AWS region", "the code of an AWS region, e.g. us-east-1"),
  zones: setting(
    z
      .array(z.string())
      .length(2, "not two zones")
      .refine(([a, b]) => a !== b, "the same zone twice")
      .optional(),
    "Availability zones of its subnets; unless given, the first two in which EKS can run on the day they are made, and the same from then on",
    "a list of two zones of the region, e.g. us-east-1b and us-east-1c",
  ),
  // AWS allows /16 to /28; a VPC below /24 leaves no room for load balancers beside nodes.
  vpcCidr: setting(
    hostCidrBetween(16, 24),
    "Addresses of the VPC, its nodes and pods",
    "an IPv4 network from /16 to /24",
  ),
  // EKS user guide, create-cluster: the service range must be between /24 and /12 and from a private block.
  serviceCidr: setting(
    cidrBetween(12, 24).refine((text) => cidrProblem(text) !== undefined || isPrivate(text), {
      message: "not inside of one private block: 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16",
    }),
    "Addresses of Kubernetes Services",
    "a private IPv4 network from /12 to /24",
  ),
  podCidr: setting(
    hostCidrBetween(12, 24).optional(),
    "Addresses of pods with backends that bring an overlay; with the others pods have addresses of the VPC",
    "an IPv4 network from /12 to /24",
  ),
});

/** The settings of one cluster, checked. */
export type ClusterConfig = z.output<typeof clusterSchema>;
