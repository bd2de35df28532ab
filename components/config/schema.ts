/**
 * The configuration's shape; a backend's own settings are in its folder. What two settings must have in common is in
 * rules.ts.
 */
import { z } from "zod";
import { calistiSettings } from "../backends/calisti/settings";
import { ciliumSettings } from "../backends/cilium/settings";
import { istioSettings } from "../backends/istio/settings";
import { linkerdSettings } from "../backends/linkerd/settings";
import { loadbalancerSettings } from "../backends/loadbalancer/settings";
import { backendNames } from "../backends/names";
import { submarinerSettings } from "../backends/submariner/settings";
import { kubernetesVersionNames } from "../base/kubernetes-versions";
import { type Described, described, setting } from "../base/setting";
import { cidr } from "../base/values";
import { boutiqueNames } from "../demo/boutique";
import { useCases } from "../demo/plan";
import { affinities } from "../plan/exports";
import { clusterSchema } from "./cluster";

const count = (least: number) => z.int().min(least).max(100);

/** Top-level settings by key. Each is checked on its own, so that one mistake does not hide another. */
export const settings = {
  backend: setting(
    z.enum(backendNames).default("istio"),
    "How the clusters are joined",
    `one of ${backendNames.join(", ")}`,
  ),
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
  kubernetesVersion: setting(
    z.enum(kubernetesVersionNames).default("1.35"),
    "Kubernetes version of all clusters",
    `one of ${kubernetesVersionNames.join(", ")}, quoted`,
  ),
  nodes: z
    .strictObject({
      instanceType: setting(
        z
          .string()
          .regex(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, "not an EC2 instance type")
          .default("m5.large"),
        "EC2 instance type of the nodes",
        "an EC2 instance type, e.g. m5.large",
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
    z.array(cidr),
    "Who may reach the API servers' public endpoints besides the peer clusters; an empty list makes the endpoints private",
    "a list of IPv4 networks",
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
  demo: z
    .strictObject({
      enabled: setting(z.boolean().default(true), "Whether Online Boutique runs on the clusters", "true or false"),
      useCases: setting(
        z.array(z.enum(useCases)).optional(),
        "What the demo shows; everything that the backend can unless given",
        `a list of ${useCases.join(", ")}`,
      ),
      placement: setting(
        z.partialRecord(z.enum(boutiqueNames as [string, ...string[]]), z.string()).default({}),
        "On which cluster a service runs; the front half on the first and the rest on the second unless given",
        `a map of ${boutiqueNames.join(", ")} to names of clusters`,
      ),
      affinity: setting(
        z.enum(affinities).optional(),
        "Where calls to the global service go; the first that the backend can unless given",
        "spread (to instances everywhere) or local (to those of the caller's cluster while there are any)",
      ),
      accessControl: setting(
        z.boolean().default(true),
        "Whether only the demo's own clients may reach the shared Redis, where the backend can tell them apart",
        "true or false",
      ),
    })
    .prefault({}),
  tags: setting(
    z.record(z.string().min(1).max(128), z.string().max(256)).default({}),
    "Tags on every AWS resource",
    "a map of names (up to 128 characters) to values (up to 256)",
  ),
  istio: istioSettings,
  calisti: calistiSettings,
  loadbalancer: loadbalancerSettings,
  linkerd: linkerdSettings,
  submariner: submarinerSettings,
  cilium: ciliumSettings,
} as const;

export type SettingKey = keyof typeof settings;

/** The configuration of a lab, complete and checked. */
export type LabConfig = { readonly [Key in SettingKey]: z.output<(typeof settings)[Key]> };

/** What is said of the setting at `path`, or undefined when there is no such setting. */
export function describedAt(path: readonly PropertyKey[]): Described | undefined {
  let schema: z.ZodType | undefined;
  let found: Described | undefined;
  for (const [index, step] of path.entries()) {
    schema = index === 0 ? (settings as Record<string, z.ZodType>)[String(step)] : child(schema, step);
    if (!schema) return found;
    found = inner(schema, (candidate) => described.get(candidate)) ?? found;
  }
  return found;
}

/** Looks through defaults and optionals for the first schema that `pick` finds something in. */
function inner<T>(schema: z.ZodType, pick: (schema: z.ZodType) => T | undefined): T | undefined {
  const picked = pick(schema);
  if (picked !== undefined) return picked;
  const wrapped = (schema.def as { innerType?: z.ZodType }).innerType;
  return wrapped && inner(wrapped, pick);
}

function child(schema: z.ZodType | undefined, step: PropertyKey): z.ZodType | undefined {
  if (!schema) return undefined;
  return inner(schema, (candidate) => {
    if (candidate instanceof z.ZodObject) return candidate.shape[String(step)] as z.ZodType | undefined;
    if (candidate instanceof z.ZodArray) return candidate.element as z.ZodType;
    return undefined;
  });
}

/** Names that an object setting knows, for "did you mean". */
export function knownKeys(path: readonly PropertyKey[]): string[] {
  if (path.length === 0) return Object.keys(settings);
  const [first, ...rest] = path;
  let schema: z.ZodType | undefined = (settings as Record<string, z.ZodType>)[String(first)];
  for (const step of rest) schema = child(schema, step);
  const shape =
    schema && inner(schema, (candidate) => (candidate instanceof z.ZodObject ? candidate.shape : undefined));
  return Object.keys(shape ?? {});
}
