/** The settings of every lab, whatever its backend and whatever runs on it. */
import { z } from "zod";
import { didYouMean } from "../base/config-mistakes";
import { rotationSteps } from "../base/generations";
import { instanceType, instanceTypes } from "../base/instance-types";
import { kubernetesVersionNames } from "../base/kubernetes-versions";
import { setting } from "../base/setting";
import { cidr } from "../base/values";
import { clusterSchema } from "./cluster";
import type { ConfigOf } from "./schema";
import { tagsSchema } from "./tags";

const count = (least: number) => z.int().min(least).max(100);

/** Of a type that is not in the table nobody knows how many pods it takes. */
function knownInstanceType(name: string, ctx: z.RefinementCtx): void {
  if (instanceType(name)) return;
  const names = instanceTypes.map((each) => each.name);
  const family = names.filter((each) => each.startsWith(`${name.split(".")[0]}.`));
  const meant = didYouMean(name, names);
  const near = family.length > 0 ? family : meant ? [meant] : [];
  const hint = near.length > 0 ? `; it knows ${near.join(", ")}` : "";
  ctx.addIssue({ code: "custom", message: `not known to the lab${hint}` });
}

/** Settings of every lab, by key. */
export const commonSettings = {
  clusters: setting(
    z
      .array(clusterSchema)
      .min(2, "fewer than two clusters: nothing to join")
      .max(10, "more than ten clusters")
      .default([
        {
          name: "cluster1",
          region: "us-east-1",
          vpcCidr: "10.1.0.0/16",
          serviceCidr: "172.20.0.0/16",
          podCidr: "10.101.0.0/16",
        },
        {
          name: "cluster2",
          region: "us-west-2",
          vpcCidr: "10.2.0.0/16",
          serviceCidr: "172.21.0.0/16",
          podCidr: "10.102.0.0/16",
        },
      ]),
    "The clusters",
    "a list of two to ten clusters",
  ),
  labName: setting(
    z
      .string()
      .regex(/^[A-Za-z0-9]([A-Za-z0-9_-]{0,38}[A-Za-z0-9])?$/, "not a valid name of a lab")
      .optional(),
    "Name of the lab, with which the names of its EKS clusters begin: two labs in one account and region need two. The stack's name unless given",
    "1 to 40 letters, digits, hyphens and underscores",
  ),
  kubernetesVersion: setting(
    z.enum(kubernetesVersionNames).default("1.35"),
    "Kubernetes version of all clusters",
    `one of ${kubernetesVersionNames.join(", ")}, quoted`,
  ),
  nodes: z
    .strictObject({
      instanceType: setting(
        // The cheapest that carries every backend's default lab with room: tests/unit/capacity.test.ts finds it.
        z.string().superRefine(knownInstanceType).default("t3a.large"),
        "EC2 instance type of the nodes",
        "an EC2 instance type that the lab knows, e.g. m6a.large (components/base/instance-types.ts lists them)",
      ),
      desired: setting(count(1).default(2), "Nodes a cluster starts with", "a whole number from 1 to 100"),
      min: setting(count(1).default(1), "Fewest nodes a cluster", "a whole number from 1 to 100"),
      max: setting(count(1).default(3), "Most nodes a cluster", "a whole number from 1 to 100"),
      capacity: setting(
        z.enum(["on-demand", "spot"]).default("on-demand"),
        "How the instances are bought",
        "on-demand or spot",
      ),
    })
    .prefault({}),
  interconnect: setting(
    z.enum(["peering", "internet"]).default("peering"),
    "How the VPCs reach each other",
    "peering (private routes, full mesh) or internet (NAT and public gateways)",
  ),
  exposure: setting(
    z.enum(["private", "public"]).default("private"),
    "Where the gateways between clusters listen",
    "private (internal load balancers) or public (internet-facing, open to the peers alone)",
  ),
  adminCidrs: setting(
    z.array(cidr).min(1, "nobody could reach the API servers, and so could not Pulumi"),
    "Who may reach the API servers' public endpoints besides the peer clusters, whoever runs Pulumi among them, and the demo",
    "a list of IPv4 networks, at least one",
  ),
  access: setting(
    z
      .record(
        z
          .string()
          .regex(
            /^arn:aws[a-z-]*:iam::\d{12}:(user|role)\/[\w+=,.@/-]+$/,
            "not the ARN of an IAM user or role, as EKS wants it",
          ),
        z.enum(["admin", "view"]),
      )
      .default({}),
    "Who may use the clusters besides the AWS identity that runs Pulumi, which EKS lets in by itself: admin may do everything, view sees everything but Secrets",
    "a map of ARNs of IAM users and roles (no sessions, no groups) to admin or view",
  ),
  trust: z
    .strictObject({
      keyAlgorithm: setting(
        z.enum(["P256", "P384", "RSA"]).default("P256"),
        "Keys of the root and of the clusters' intermediates",
        "P256 or P384 (ECDSA), or RSA (4096 bits)",
      ),
      rootDays: setting(
        z.int().min(1).max(7300).default(3650),
        "Lifetime of the root certificate in days",
        "1 to 7300",
      ),
      intermediateDays: setting(
        z.int().min(1).max(7300).default(730),
        "Lifetime of the clusters' intermediate certificates in days",
        "1 to 7300, not more than rootDays",
      ),
      generation: setting(
        // `pulumi config set` makes a number of what looks like one.
        z.coerce
          .string()
          .refine((step) => rotationSteps.includes(step), "no step of a rotation")
          .default("1"),
        "Which root issues, and which are trusted: changed step by step, from 1 by 1+2 and 2+1 to 2, it rotates the root",
        "1 (one root), 1+2 (root 1 issues, both are trusted), 2+1 (root 2 issues, both are trusted), 2, 2+3 and so on to 9, quoted",
      ),
      tokens: setting(
        z.int().min(1).default(1),
        "Number of the tokens with which clusters read each other; another number makes new ones, has them used, and revokes those before",
        "a whole number from 1",
      ),
    })
    .prefault({}),
  charts: z
    .strictObject({
      mirror: setting(
        z.string().min(1).optional(),
        "Where all charts come from instead of their own repositories",
        "a folder of NAME-VERSION.tgz files, an https:// chart repository, or an oci:// registry",
      ),
    })
    .prefault({}),
  images: z
    .strictObject({
      registry: setting(
        z
          .string()
          .regex(
            /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/,
            "not the name of a registry",
          )
          .optional(),
        "Where all images come from instead of their own registries, under the same paths; those of EKS's add-ons stay AWS's",
        "HOST[:PORT][/PATH], e.g. registry.example:5000/mirror",
      ),
    })
    .prefault({}),
  quotas: z
    .strictObject({
      securityGroupRules: setting(
        z.int().min(60).max(1000).default(60),
        "Ingress rules that the account takes on a security group",
        "60, or what AWS raised it to (at most 1000)",
      ),
      vcpus: setting(
        z.int().min(1).max(100_000).optional(),
        "vCPUs that the account takes in a region, on demand or spot as the nodes are; a new account takes 5",
        "a whole number from 1 to 100000; left out, what is above 5 is a warning",
      ),
    })
    .prefault({}),
  tags: setting(
    tagsSchema.default({}),
    "Tags on every AWS resource that takes some; other ones replace the nodes, and load balancers keep those that they were made with",
    "a map of at most 40 names (up to 128 characters, not beginning with aws:) to values (up to 256), of letters, digits, spaces and _ . : / + - @",
  ),
} as const;

/** The common settings, complete and checked. */
export type CommonConfig = ConfigOf<typeof commonSettings>;
