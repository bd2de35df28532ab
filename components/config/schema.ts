/**
 * The configuration's shape. Each leaf carries what a person needs to know of it, so that messages and README's table
 * come from one place. What two settings must have in common is in rules.ts.
 */
import { z } from "zod";
import { ciliumSharingWays } from "../backends/cilium/names";
import { backendNames } from "../backends/names";
import { cableDriverNames } from "../backends/submariner/names";
import { boutiqueNames } from "../demo/boutique";
import { useCases } from "../demo/plan";
import { affinities } from "../demo/share";
import { cidrProblem, prefixLength } from "../plan/cidr";
import { kubernetesVersionNames } from "../plan/kubernetes-versions";

/** What is said of a setting in messages and in README. */
export interface Described {
  readonly meaning: string;
  /** What may be given, in words. */
  readonly allowed: string;
}

const described = z.registry<Described, z.ZodType>();

function setting<T extends z.ZodType>(schema: T, meaning: string, allowed: string): T {
  described.add(schema, { meaning, allowed });
  return schema;
}

const cidr = z.string().superRefine((text, ctx) => {
  const problem = cidrProblem(text);
  if (problem) ctx.addIssue({ code: "custom", message: problem });
});

const cidrBetween = (longest: number, shortest: number) =>
  cidr.refine((text) => cidrProblem(text) !== undefined || within(prefixLength(text), longest, shortest), {
    message: `its prefix must be between /${longest} and /${shortest}`,
  });

const within = (value: number, least: number, most: number) => value >= least && value <= most;

const exposedHosts = (mesh: string) =>
  setting(
    z
      .array(z.string().regex(/^(\*|[a-z0-9-]+\.[a-z0-9-]+\.svc\.cluster)\.local$/, "not a host that can be exposed"))
      .min(1, "an empty list exposes nothing to the peers")
      .default(["*.local"]),
    `Services that the peers may reach through the gateway (${mesh})`,
    '"*.local" for all, or names like redis-cart.boutique.svc.cluster.local',
  );

const clusterSchema = z.strictObject({
  name: setting(
    z.string().regex(/^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/, "not a valid cluster name"),
    "Name of the cluster; part of the names of all that belongs to it",
    "1 to 32 characters: lower-case letters, digits and hyphens, beginning with a letter",
  ),
  region: setting(
    z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "not an AWS region"),
    "AWS region",
    "the code of an AWS region, e.g. us-east-1",
  ),
  // AWS allows /16 to /28; a VPC below /24 leaves no room for load balancers beside nodes.
  vpcCidr: setting(cidrBetween(16, 24), "Addresses of the VPC, its nodes and pods", "an IPv4 network from /16 to /24"),
  // EKS user guide, create-cluster: the service range must be between /24 and /12 and from a private block.
  serviceCidr: setting(
    cidrBetween(12, 24).refine((text) => cidrProblem(text) !== undefined || isPrivate(text), {
      message: "not inside 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16",
    }),
    "Addresses of Kubernetes Services",
    "a private IPv4 network from /12 to /24",
  ),
  podCidr: setting(
    cidrBetween(12, 24).optional(),
    "Addresses of pods with backends that bring an overlay; with the others pods have addresses of the VPC",
    "an IPv4 network from /12 to /24",
  ),
});

const dnsLabel = (what: string) => z.string().regex(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, `not a valid ${what}`);

const sharedServiceSchema = z.strictObject({
  name: setting(
    dnsLabel("name of a Service"),
    "Name of the Service; peers call it by this name, a hyphen and the owner's. With `tcp` its pods are those with the label `app` of this value",
    "the name of a Service",
  ),
  namespace: setting(
    dnsLabel("namespace")
      .refine((name) => !name.startsWith("kube-"), "a namespace of Kubernetes' own")
      .default("default"),
    "Its namespace, in every cluster",
    "the name of a namespace, none of Kubernetes' own",
  ),
  port: setting(z.int().min(1).max(65535), "Port of the Service, and with `tcp` of its pods", "1 to 65535"),
  way: setting(
    z.enum(["tcp", "https"]).default("tcp"),
    "How the peers reach it",
    "tcp (a load balancer of its own, nothing encrypted) or https (by the owner's HTTPS entry, under the lab's root)",
  ),
  owners: setting(
    z.array(z.string()).min(1, "an empty list means that nobody has it").optional(),
    "Clusters that have it; left out, every cluster has one of its own",
    "a list of clusters' names",
  ),
  nodePort: setting(
    z.int().min(30000).max(32767).optional(),
    "Node port behind its load balancer, with `tcp`; left out, it follows from the name",
    "30000 to 32767, best below 30086",
  ),
});

function isPrivate(text: string): boolean {
  return /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(text);
}

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
  istio: z
    .strictObject({
      exposedHosts: exposedHosts("Istio"),
    })
    .prefault({}),
  calisti: z
    .strictObject({
      exposedHosts: exposedHosts("Calisti"),
      injectedNamespaces: setting(
        z
          .array(
            dnsLabel("namespace").refine((name) => name !== "default" && !name.startsWith("kube-"), {
              message: "a namespace that is there already",
            }),
          )
          .default([]),
        "Namespaces besides the demo's that the program makes and whose pods get a sidecar (Calisti)",
        "a list of names of namespaces that are not there yet",
      ),
    })
    .prefault({}),
  loadbalancer: z
    .strictObject({
      shared: setting(
        z.array(sharedServiceSchema).default([]),
        "Services that the peers may reach besides the demo's (plain load balancers)",
        "a list of Services",
      ),
    })
    .prefault({}),
  linkerd: z
    .strictObject({
      mode: setting(
        z.enum(["gateway", "remote-discovery", "federated"]).default("gateway"),
        "How peers reach the Services that they mirror (Linkerd)",
        "gateway (through a load balancer), remote-discovery (pod to pod) or federated (pod to pod, one name for all clusters)",
      ),
      mirrorInto: setting(
        z.array(z.string()).min(1, "an empty list links nothing").optional(),
        "Clusters that see the Services of the others (Linkerd); all of them unless given",
        "a list of names of clusters",
      ),
      viz: setting(
        z.boolean().default(false),
        "Whether the extension with metrics, tap and dashboard is installed (Linkerd)",
        "true or false",
      ),
    })
    .prefault({}),
  submariner: z
    .strictObject({
      cableDriver: setting(
        z.enum(cableDriverNames).default("libreswan"),
        "What tunnels between clusters are made of (Submariner); vxlan does not encrypt",
        `one of ${cableDriverNames.join(", ")}`,
      ),
      gateways: setting(
        z.int().min(1).max(2).default(1),
        "Gateway nodes a cluster; the second one takes over when the first is lost (Submariner)",
        "1 or 2",
      ),
      globalnet: setting(
        z.boolean().default(false),
        "Gives exported Services addresses of their own, so that clusters may have the same pods' and Services' addresses (Submariner)",
        "true or false",
      ),
      presharedKey: setting(
        z.int().min(1).default(1),
        "Number of the tunnels' pre-shared key; another number makes another key (Submariner)",
        "a whole number from 1",
      ),
    })
    .prefault({}),
  cilium: z
    .strictObject({
      datapath: setting(
        z.enum(["vxlan", "eni", "chaining"]).default("vxlan"),
        "How pods reach each other with Cilium",
        "vxlan (an overlay with addresses of podCidr), eni (addresses of the VPC, given by Cilium) or chaining (addresses of the VPC, given by AWS's CNI, with Cilium on top)",
      ),
      encryption: setting(
        z.enum(["none", "wireguard", "ipsec"]).default("none"),
        "How pods' traffic between nodes is encrypted (Cilium)",
        "none, wireguard or ipsec (not with chaining)",
      ),
      ipsecKey: setting(
        z.int().min(1).max(15).default(1),
        "Number of the IPsec key; another number makes a new key, for all clusters together (Cilium)",
        "1 to 15, and 1 again after 15",
      ),
      kubeProxyReplacement: setting(
        z.boolean().default(false),
        "Whether Cilium does the work of kube-proxy, which is then not installed",
        "true or false",
      ),
      sharing: setting(
        z.enum(ciliumSharingWays).default("global-services"),
        "How Services cross clusters (Cilium)",
        "global-services (the same Service with an annotation on each cluster that calls it) or mcs (a ServiceExport, and a name of the cluster set)",
      ),
      hubble: setting(
        z.boolean().default(false),
        "Whether agents record flows for Hubble, with a relay (Cilium)",
        "true or false",
      ),
      clusterIds: setting(
        z.record(z.string(), z.int().min(1).max(127)).default({}),
        "Numbers of clusters in the mesh where they shall not follow from the names (Cilium)",
        "a map of cluster names to numbers from 1 to 127",
      ),
    })
    .prefault({}),
} as const;

export type SettingKey = keyof typeof settings;

/** The configuration of a lab, complete and checked. */
export type LabConfig = { readonly [Key in SettingKey]: z.output<(typeof settings)[Key]> };
export type ClusterConfig = z.output<typeof clusterSchema>;

/** The checked shape of one cluster. */
export { clusterSchema };

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
