/** What the picture of the lab shows, before anything has a place. */

import type { Connection } from "../../checks/common/check";
import { isEks } from "../../components/config/cluster";
import type { LabPlan } from "../../components/lab/plan";
import type { BalancerPlan } from "../../components/plan/balancer";
import type { ClusterPlan } from "../../components/plan/cluster";
import { type Place, placeText, trafficText } from "../../components/plan/flows";
import type { ExtraNodeGroup } from "../../components/plan/networking";

/** What a box stands for, and by which colour it is known. */
export const boxKinds = ["nodes", "publicNodes", "balancer", "apiServer", "pod"] as const;
/** One of them. */
export type BoxKind = (typeof boxKinds)[number];

/** Something that traffic begins or ends at. */
export interface Box {
  readonly id: string;
  readonly kind: BoxKind;
  readonly title: string;
  readonly lines: readonly string[];
}

/** A cluster: a frame with boxes in it. */
export interface Group {
  readonly id: string;
  readonly title: string;
  readonly lines: readonly string[];
  readonly boxes: readonly Box[];
}

/** A flow, from box to box. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly why: string;
  /** Kind of what it leads to. */
  readonly kind: BoxKind;
}

/** A path between two clusters. */
export interface Link {
  readonly a: string;
  readonly b: string;
  readonly label: string;
}

/** All that the picture shows. */
export interface Topology {
  readonly groups: readonly Group[];
  readonly arrows: readonly Arrow[];
  readonly links: readonly Link[];
  /** Names of clusters that are not in the picture. */
  readonly omitted: readonly string[];
}

/** Every cluster is joined with every other: a picture of more of them is a tangle that shows none. */
const mostClusters = 3;

/** What was seen of a lab whose pods ran. */
export interface Seen {
  /** How many pods ran, and how many only seemed to, by cluster. */
  readonly pods: ReadonlyMap<string, { readonly real: number; readonly simulated: number }>;
  readonly connections: readonly Connection[];
}

/**
 * The picture of a plan.
 *
 * @param seen default: nothing, since no pod ran
 */
export function topologyOf(plan: LabPlan, seen?: Seen): Topology {
  const clusters = plan.clusters.slice(0, mostClusters);
  const names = new Set(clusters.map(({ name }) => name));
  const flows = plan.flows.filter(({ from, to }) => names.has(from.cluster) && names.has(to.cluster));
  const pairs = plan.pairs.filter(({ a, b }) => names.has(a) && names.has(b));
  return {
    groups: clusters.map((cluster) => groupOf(cluster, plan, seen)),
    arrows: [
      ...flows.map(({ from, to, traffic, why }) => ({
        from: idOf(from),
        to: idOf(to),
        label: trafficText(traffic),
        why: `${placeText(from)} to ${placeText(to)}, ${trafficText(traffic)}: ${why}`,
        kind: to.kind,
      })),
      ...measured(seen?.connections ?? [], names),
    ],
    links: pairs.map(({ a, b, path }) => ({
      a: `cluster/${a}`,
      b: `cluster/${b}`,
      label: `${plan.config.interconnect === "peering" ? "VPC peering" : "internet"} · MTU ${path.bytes}`,
    })),
    omitted: plan.clusters.slice(mostClusters).map(({ name }) => name),
  };
}

/** An arrow for what was called on another cluster, with how long an answer took. */
function measured(connections: readonly Connection[], clusters: ReadonlySet<string>): Arrow[] {
  return connections
    .filter(({ from, to }) => from !== to && clusters.has(from) && clusters.has(to))
    .map(({ from, to, target, path, latencyMs }) => ({
      from: idOf({ kind: "nodes", cluster: from }),
      to: idOf({ kind: "nodes", cluster: to }),
      label: `${target.split(".")[0]} ${latencyMs} ms`,
      why: `seen: pod of ${from} to ${target} on ${to}${path.length > 0 ? `, through ${path.join(", ")}` : ""}`,
      kind: "nodes",
    }));
}

function groupOf(cluster: ClusterPlan, { networking, config }: LabPlan, seen: Seen | undefined): Group {
  const { name } = cluster;
  const counts = seen?.pods.get(name);
  const pods = networking.podAddresses === "vpc" ? "the VPC's addresses" : (cluster.podCidr ?? "an overlay");
  return {
    id: `cluster/${name}`,
    title: `${name} · ${isEks(cluster) ? cluster.region : "there already"}`,
    lines: [
      isEks(cluster) ? `VPC ${cluster.vpcCidr}` : `seen as ${cluster.egressCidr}`,
      `Services ${cluster.serviceCidr}`,
      `pods: ${isEks(cluster) ? pods : cluster.podCidr}`,
    ],
    boxes: [
      {
        id: idOf({ kind: "nodes", cluster: name }),
        kind: "nodes",
        title: "nodes and pods",
        lines: [
          ...(isEks(cluster)
            ? [`${config.nodes.desired} × ${config.nodes.instanceType}`, `pod MTU ${cluster.mtu.pod}`]
            : [`the way to peers takes ${cluster.pathMtu} bytes`]),
          ...(counts ? [`${counts.real} pods ran`, `${counts.simulated} were simulated`] : []),
        ],
      },
      ...publicNodesBox(name, cluster.nodeGroups),
      ...cluster.balancers.map((balancer) => balancerBox(name, balancer)),
      ...(cluster.frontDoor ? [balancerBox(name, cluster.frontDoor)] : []),
      {
        id: idOf({ kind: "apiServer", cluster: name }),
        kind: "apiServer",
        title: "API server",
        lines: [`Kubernetes ${config.kubernetesVersion}`, "public, with an access list"],
      },
    ],
  };
}

/** One box for all of them: a flow does not say in which group it ends. */
function publicNodesBox(cluster: string, nodeGroups: readonly ExtraNodeGroup[]): readonly Box[] {
  const groups = nodeGroups.filter(({ subnets }) => subnets === "public");
  if (groups.length === 0) return [];
  return [
    {
      id: idOf({ kind: "publicNodes", cluster }),
      kind: "publicNodes",
      title: "public nodes",
      lines: groups.map(({ name, nodes }) => `${nodes} × ${name}`),
    },
  ];
}

function balancerBox(cluster: string, { name, exposure, ports }: BalancerPlan): Box {
  return {
    id: idOf({ kind: "balancer", cluster, balancer: name }),
    kind: "balancer",
    title: name,
    lines: [`${exposure} load balancer`, ...ports.map(({ port, nodePort }) => `${port} to node port ${nodePort}`)],
  };
}

function idOf(place: Place): string {
  return place.kind === "balancer" ? `balancer/${place.cluster}/${place.balancer}` : `${place.kind}/${place.cluster}`;
}
