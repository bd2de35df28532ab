import * as pulumi from "@pulumi/pulumi";
import type { Installed } from "../backends/common/backend";
import type { BackendName } from "../backends/profiles";
import { isEks } from "../config/cluster";
import type { NamingRow } from "../demo/naming";
import type { DemoPlan } from "../demo/plan";
import { sourceCidr } from "../network/ingress-rules";
import { calledPort } from "../plan/balancer";
import type { ClusterPlan } from "../plan/cluster";
import type { ServiceExporter } from "../plan/exports";
import type { Lifetime } from "../trust/lifetimes";
import type { Lab } from "./lab";
import type { LabPlan } from "./plan";
import { type ProbePlan, planProbes } from "./probes";

/** The lab that is up, as plain data: what `npm run verify` works from, besides kubeconfigs. */
export interface LabDescription {
  /** Under the name by which it is chosen. */
  readonly backend: BackendName;
  /** By name. */
  readonly clusters: Readonly<Record<string, ClusterDescription>>;
  /** Certificate of the root that issues (PEM), at which certificates of every cluster end. Public. */
  readonly trustAnchor: string;
  /** Certificates of all roots that are trusted (PEM), the issuing one first: two while the root is rotated. Public. */
  readonly trusted: string;
  /** When the program's certificates end. */
  readonly certificates: readonly Lifetime[];
  /** How Services of the demo are called from other clusters; by example when it is off. */
  readonly naming: readonly NamingRow[];
  /** Left out when it is off. */
  readonly demo?: DemoDescription;
  /** Stand-ins that checks may put there; left out where the backend has no Services that are one on all clusters. */
  readonly probes?: ProbePlan;
}

/** The demo, for who visits it and for its checks. */
export interface DemoDescription {
  /** The same on every cluster. */
  readonly namespace: string;
  /** Where people come in: by HTTP, from `adminCidrs`. */
  readonly url?: string;
  /** Networks from which they may. */
  readonly visitors: readonly string[];
  /** What puts its namespace and its pods into the mesh, and what the namespace demands of pods and callers. */
  readonly membership: ServiceExporter["membership"];
  /** What runs on each cluster, and the addresses that it was given. */
  readonly instances: readonly {
    readonly cluster: string;
    readonly service: string;
    readonly addresses: Readonly<Record<string, string>>;
  }[];
  /** Copies of the carts' Redis. */
  readonly replicas: DemoPlan["replicas"];
  /** Services that cross clusters, and how the backend exports them. */
  readonly exports: DemoPlan["exports"];
  /** Objects that keep out whoever does not belong to the demo. */
  readonly protection: DemoPlan["protection"];
}

/** A cluster, for who administers it and for its checks. */
export interface ClusterDescription {
  /** AWS's code of it, e.g. `us-east-1`; of a cluster that the lab made. */
  readonly region?: string;
  /** Context of a cluster that was there already. */
  readonly context?: string;
  /** The file that has the context, unless it is as kubectl has it. */
  readonly kubeconfig?: string;
  /** At which its node ports answer peers, where these come in by them. */
  readonly addresses?: readonly string[];
  /** Where the ports of its gateway are other ones for callers, those by the gateway's own: node ports. */
  readonly gatewayPorts?: Readonly<Record<number, number>>;
  /** URL of the API server. */
  readonly endpoint: string;
  /** Where peers come in, if there is one place for all they want. */
  readonly gateway?: string;
  /** The cluster whose control plane serves its proxies, where its own does not. */
  readonly controlledFrom?: string;
  /** DaemonSet whose pods carry calls, where pods have no proxies. */
  readonly carrier?: string;
  /** Names of the clusters whose Services are found from this one. */
  readonly reaches: readonly string[];
  /** The network from which its packets seem to come when they arrive at a peer. */
  readonly egressCidr: string;
  /** Planned MTU in bytes; a cluster that was there already has one of its own. */
  readonly mtu: { readonly path: number; readonly node: number; readonly pod: number };
}

/** Describes the lab. */
export function describeLab(lab: Lab, plan: LabPlan): pulumi.Output<LabDescription> {
  const probes = planProbes(plan);
  const clusters = pulumi.all(lab.installed.map((each) => describeCluster(each, lab, plan)));
  const demo = plan.demo ? describeDemo(plan.demo, plan, lab) : pulumi.output(undefined);
  const certificates = lab.trust.lifetimes();
  return pulumi
    .all([clusters, lab.trust.root, lab.trust.trusted, certificates, demo])
    .apply(([described, trustAnchor, trusted, certificates, demo]) => ({
      backend: plan.config.backend,
      clusters: Object.fromEntries(described),
      trustAnchor,
      trusted,
      certificates,
      naming: plan.naming,
      ...(demo ? { demo } : {}),
      ...(probes ? { probes } : {}),
    }));
}

function describeCluster(
  { cluster: { plan: planned, endpoint }, gatewayAddress, controlledFrom, carrier }: Installed,
  lab: Lab,
  plan: LabPlan,
): pulumi.Output<readonly [name: string, ClusterDescription]> {
  const { name, mtu } = planned;
  const egressCidr = sourceCidr(planned.egressSource, lab.natAddresses);
  return pulumi.all([endpoint, egressCidr, gatewayAddress]).apply(([endpoint, egressCidr, gateway]) => {
    const address = {
      ...(gateway ? { gateway } : {}),
      ...(controlledFrom ? { controlledFrom } : {}),
      ...(carrier ? { carrier } : {}),
    };
    const reaches = { reaches: reachedFrom(name, plan), mtu: { path: mtu.path, node: mtu.node, pod: mtu.pod } };
    return [name, { ...placeOf(planned), ...reaches, endpoint, egressCidr, ...address }] as const;
  });
}

function placeOf(planned: ClusterPlan): Partial<ClusterDescription> {
  if (isEks(planned)) return { region: planned.region };
  const { context, kubeconfig, addresses, balancers } = planned;
  const ports = balancers.flatMap((balancer) =>
    balancer.ports.map((port) => [port.port, calledPort(balancer, port)] as const),
  );
  const others = ports.filter(([port, called]) => port !== called);
  return {
    context,
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(addresses === undefined ? {} : { addresses: addresses.toSorted() }),
    ...(others.length > 0 ? { gatewayPorts: Object.fromEntries(others) } : {}),
  };
}

function reachedFrom(cluster: string, { flows }: LabPlan): string[] {
  return [...new Set(flows.flatMap(({ from, to }) => (from.cluster === cluster ? [to.cluster] : [])))];
}

function describeDemo(
  { instances, namespace, membership, replicas, exports, protection }: DemoPlan,
  { clusters }: LabPlan,
  { demo }: Lab,
): pulumi.Output<DemoDescription> {
  return pulumi.output(frontDoorUrl(demo)).apply((url) => ({
    namespace,
    ...(url ? { url } : {}),
    visitors: clusters.flatMap(({ frontDoor }) =>
      (frontDoor?.sources ?? []).flatMap((source) => (source.kind === "cidr" ? [source.cidr] : [])),
    ),
    membership,
    instances: instances.map(({ cluster, service, addresses }) => ({ cluster, service: service.name, addresses })),
    replicas,
    exports,
    protection,
  }));
}

/** Where people come in, if they come in by one place. */
export function frontDoorUrl(demo: Lab["demo"]): pulumi.Output<string> | undefined {
  const address = demo.find((each) => each.address)?.address;
  return address && pulumi.interpolate`http://${address}`;
}
