/** Which Services the clusters export, and under which names and ports: pure functions of the configuration. */
import { createHash } from "node:crypto";
import { type ClusterConfig, isExisting } from "../../config/cluster";
import type { BackendConfig, PartialBackendConfig } from "../../plan/backend-profile";
import type { ServiceExporter } from "../../plan/exports";
import { noMetadata } from "../../plan/objects";
import type { Workload } from "../../plan/workload";
import { httpsPort, ownerLabel, wayLabel } from "./names";
import { protectPods } from "./protection";
import type { LoadBalancerSettings } from "./settings";

/** What of the configuration says what is exported. */
export type LoadBalancerConfig = Pick<BackendConfig<LoadBalancerSettings>, "clusters" | "own" | "workload">;

/** A Service as the configuration lists it, or as the demo needs it. */
export interface BalancedService {
  /** Of the Service in its own cluster; with `tcp` its pods are those with the label `app` of this value. */
  readonly name: string;
  /** The same in every cluster: peers find the Service's other name in it. */
  readonly namespace: string;
  /** Where the Service listens, and with `tcp` its load balancer. */
  readonly port: number;
  /** Where its pods listen. Default: `port`. */
  readonly targetPort?: number;
  /** How peers reach it: by a load balancer of its own, or by the owner's HTTPS entry. */
  readonly way: "tcp" | "https";
  /** Clusters that have it. Default: every cluster has one of its own. */
  readonly owners?: readonly string[] | undefined;
  /** Behind its load balancer, with `tcp`. Default: it follows from the name. */
  readonly nodePort?: number | undefined;
}

/** What plain load balancers export, and how: a load balancer a Service, and a CNAME to it in the other clusters. */
export const loadBalancerExporter = (config: PartialBackendConfig<LoadBalancerSettings>): ServiceExporter => ({
  membership: { namespace: noMetadata, pods: noMetadata },
  affinities: [],
  settledExports: config.own?.shared ?? [],
  limits: "a load balancer leads to the pods of one cluster, and a name to one load balancer",
  accessControl: `${doorkeeper(config.clusters ?? [])}; NetworkPolicy, by labels within the cluster, and whatever its nodes pass on`,
  podSecurity: "restricted",
  protect: (admissions) => protectPods(admissions, config),
  exportService: ({ name, namespace, from }) => ({
    host: `${labName(name, from[0] ?? "")}.${namespace}.svc.cluster.local`,
    labels: {},
    annotations: {},
    // Load balancers and names are the backend's own work.
    selectorless: [],
    objects: [],
    setup: "a Service of type LoadBalancer, and one of type ExternalName on the other clusters",
  }),
});

/** Who looks at the addresses of callers from elsewhere. */
function doorkeeper(clusters: readonly ClusterConfig[]): string {
  const group = "security group, by addresses: always the peers' nodes and nobody else";
  const there = clusters.filter(isExisting);
  if (there.length === 0) return group;
  const open = there.filter(({ gateways }) => gateways === "node-ports").map(({ name }) => name);
  return [
    ...(there.length < clusters.length ? [group] : []),
    ...(open.length < there.length ? ["a load balancer's source ranges, where the cluster's cloud heeds them"] : []),
    ...(open.length > 0 ? [`nobody at the node ports of ${open.join(", ")}`] : []),
  ].join("; ");
}

/** Node ports of the demo's Services, at the end of the range that is kept free, where names seldom lead to. */
const firstDemoPort = 30070;

/** What the clusters export: what the workload calls across them, its website by HTTPS, and what the configuration lists. */
export function balancedServices({ own, workload }: LoadBalancerConfig): BalancedService[] {
  return [...(workload ? workloadServices(workload) : []), ...own.shared];
}

function workloadServices({ namespace, exports, website }: Workload): BalancedService[] {
  const called = exports.map(
    ({ name, ordinal, port, targetPort, from }): BalancedService => ({
      name,
      namespace,
      port,
      targetPort,
      way: "tcp",
      owners: from,
      nodePort: firstDemoPort + ordinal,
    }),
  );
  // A Service has one name and one way: where the load generator calls the website from elsewhere, that one is taken.
  if (called.some(({ name }) => name === website.name)) return called;
  const { name, port, clusters } = website;
  return [...called, { name, namespace, port, way: "https", owners: clusters }];
}

/** The labels of a Service that `owner` exports. */
export function exportLabels(owner: string, { way }: Pick<BalancedService, "way">): Record<string, string> {
  return { [ownerLabel]: owner, [wayLabel]: way };
}

/** Clusters that own the Service: those named, or every one. */
export function ownersOf(service: BalancedService, clusters: readonly { readonly name: string }[]): readonly string[] {
  return service.owners ?? clusters.map(({ name }) => name);
}

/** The port by which peers call it. */
export function calledAt({ way, port }: Pick<BalancedService, "way" | "port">): number {
  return way === "https" ? httpsPort : port;
}

/** What `cluster` exports to its peers. */
export function exportedBy(cluster: string, config: LoadBalancerConfig): BalancedService[] {
  return balancedServices(config).filter((service) => ownersOf(service, config.clusters).includes(cluster));
}

/** The name of `owner`'s Service in every cluster of the lab, e.g. `redis-cart-cluster1`. */
export function labName(service: string, owner: string): string {
  return `${service}-${owner}`;
}

/** Names under which clients call a Service, longest first; the bare one means another Service in every namespace. */
export function dnsNames(name: string, namespace: string): string[] {
  return [`${name}.${namespace}.svc.cluster.local`, `${name}.${namespace}.svc`, `${name}.${namespace}`];
}

/**
 * The first ports of the range are kept from being given out at random: with 2768 ports it is 86 of them (Kubernetes
 * documentation, service: "Choosing your own port" and KEP-3668).
 */
const fixedNodePorts = { first: 30000, count: 86 } as const;

/**
 * The node port behind a Service's load balancer. It follows from the name and not from the place in the list: a Service
 * that is taken out must not move the others to ports that are still in use.
 */
export function nodePortOf({ name, nodePort }: Pick<BalancedService, "name" | "nodePort">): number {
  const digest = createHash("sha256").update(name).digest().readUInt32BE(0);
  return nodePort ?? fixedNodePorts.first + (digest % fixedNodePorts.count);
}
