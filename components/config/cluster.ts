/** The checked shape of a cluster: one that the lab makes, or one that is there already. */
import { z } from "zod";
import { cidrProblem } from "../base/cidr";
import { regions } from "../base/regions";
import { setting } from "../base/setting";
import { isPrivate } from "../base/special-networks";
import { cidrBetween, hostCidrBetween } from "../base/values";
import { existingFields } from "./existing-cluster";

const name = setting(
  z.string().regex(/^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/, "not a valid cluster name"),
  "Name of the cluster; part of the names of all that belongs to it",
  "1 to 32 characters: lower-case letters, digits and hyphens, beginning with a letter",
);

/** A cluster that the lab makes on AWS. */
export const eksClusterSchema = z.strictObject({
  name,
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
    "a private IPv4 network from /12 to /24; of a cluster that is there already the one that it has",
  ),
  podCidr: setting(
    hostCidrBetween(12, 24).optional(),
    "Addresses of pods with backends that bring an overlay, with the others pods have addresses of the VPC; of a cluster that is there already those that they have, required",
    "an IPv4 network from /12 to /24",
  ),
});

/** A cluster that is there already, wherever it is. */
export const existingClusterSchema = z.strictObject({ name, ...existingFields });

type Eks = z.output<typeof eksClusterSchema>;
type Existing = z.output<typeof existingClusterSchema>;
/** What only the other kind has is never there. */
type Without<Own, Other> = { readonly [Field in Exclude<keyof Other, keyof Own>]?: undefined };

/** Of a cluster that the lab makes on AWS. */
export type EksClusterConfig = Eks & Without<Eks, Existing>;
/** Of a cluster that is there already: it has a context. */
export type ExistingClusterConfig = Existing & Without<Existing, Eks>;
/** The settings of one cluster, checked. */
export type ClusterConfig = EksClusterConfig | ExistingClusterConfig;

/** The checked shape of one cluster. */
export const clusterSchema = z.union([eksClusterSchema, existingClusterSchema]) as unknown as z.ZodUnion<
  [z.ZodType<EksClusterConfig>, z.ZodType<ExistingClusterConfig>]
>;

/** Fields by which a person says that a cluster is there already; one is enough to be judged as such. */
const ofExisting = ["context", "kubeconfig"];

/** Which of the two an entry is meant to be, whatever is wrong with it. */
export function clusterSchemaOf(entry: unknown): typeof eksClusterSchema | typeof existingClusterSchema {
  const given = typeof entry === "object" && entry !== null ? Object.keys(entry) : [];
  return given.some((field) => ofExisting.includes(field)) ? existingClusterSchema : eksClusterSchema;
}

/** Whether the lab makes the cluster. */
export function isEks<C extends { readonly context?: string | undefined }>(
  cluster: C,
): cluster is Extract<C, { readonly context?: undefined }> {
  return cluster.context === undefined;
}

/** Whether the cluster is there already. */
export function isExisting<C extends { readonly context?: string | undefined }>(
  cluster: C,
): cluster is Extract<C, { readonly context: string }> {
  return cluster.context !== undefined;
}
