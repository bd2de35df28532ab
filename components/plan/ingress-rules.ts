/** From flows to what AWS must be told: rules of each cluster's security group, and who may reach each API server. */
import type { AddressPlan } from "./addresses";
import type { BalancerPlan, Exposure } from "./balancer";
import { type Flow, type Traffic, trafficText } from "./flows";
import { outside, pathMtu, type Route } from "./mtu";
import { anywhere, type Source } from "./source";

/** One ingress rule of the security group that EKS made for `cluster` and that its nodes carry. */
export interface IngressRule {
  /** Unique within the cluster and stable: it names the resource. */
  readonly name: string;
  /** The cluster whose nodes it protects. */
  readonly cluster: string;
  /** Who is let in. */
  readonly source: Source;
  /** What is let in; for a load balancer's the node port, since nodes are what it leads to. */
  readonly traffic: Traffic;
  /** At most 255 characters of those that EC2 accepts in a description. */
  readonly description: string;
}

/** The network on which flows run: what rules depend on besides flows. */
export interface Topology {
  /** How the VPCs reach each other. */
  readonly interconnect: Route;
  /** Where the load balancers for peers listen. */
  readonly exposure: Exposure;
  /** The way between clusters that the narrowest packets take. */
  readonly route: Route;
  /** Who administers the lab. */
  readonly adminCidrs: readonly string[];
  /** All clusters. */
  readonly clusters: readonly PlacedCluster[];
}

/** A cluster with its load balancers, and where it is. */
export interface PlacedCluster {
  /** As the configuration has it. */
  readonly name: string;
  /** Where peers come in. */
  readonly balancers: readonly Omit<BalancerPlan, "sources">[];
  /** For people, who are no cluster of the lab. */
  readonly frontDoor: BalancerPlan | undefined;
  /** In a VPC of the lab, or where it was before. */
  readonly place: Place;
}

/** Where a cluster is. */
type Place =
  | { readonly kind: "vpc"; readonly region: string; readonly vpcCidr: string; readonly subnets: AddressPlan }
  | { readonly kind: "elsewhere"; readonly egressCidr: string };

/**
 * The rules that admit `flows`, and with them what every lab needs: health checks of its load balancers, and the ICMP
 * message that tells a sender of a path too narrow for its packets; where the latter is dropped, connections hang on
 * their first large answer.
 */
export function ingressRules(flows: readonly Flow[], topology: Topology): IngressRule[] {
  // Clusters that are elsewhere have a firewall of their own, or none.
  const inVpc = new Set(topology.clusters.flatMap(({ name, place }) => (place.kind === "vpc" ? [name] : [])));
  const wanted = [
    ...flows.flatMap((flow) => ofFlow(flow, topology)),
    ...frontDoors(topology),
    ...healthChecks(topology),
    ...fragmentationNeeded(topology),
  ].filter(({ cluster }) => inVpc.has(cluster));
  const merged = new Map<string, IngressRule>();
  for (const rule of wanted) {
    // EC2 refuses a second rule that differs in its description alone: two reasons share one rule.
    const key = `${rule.cluster}/${rule.name}`;
    const before = merged.get(key);
    const description =
      before && before.description !== rule.description
        ? `${before.description}; ${rule.description}`
        : rule.description;
    merged.set(key, { ...rule, description: describable(description) });
  }
  return [...merged.values()];
}

/** Whose addresses the API server of `cluster` answers, besides its own cluster's. */
export function apiSourcesFor(cluster: string, flows: readonly Flow[], topology: Topology): Source[] {
  const callers = flows.flatMap(({ from, to }) => (to.kind === "apiServer" && to.cluster === cluster ? [from] : []));
  // An endpoint that is open to all needs no further entry.
  if (callers.some(({ kind }) => kind === "publicNodes")) return [anywhere];
  const peers = callers.map((caller) => caller.cluster);
  // A name with a public endpoint resolves to public addresses from everywhere but its own VPC (EKS user guide,
  // cluster-endpoint), so a peer comes by its NAT gateway even where the VPCs are peered.
  return [
    ...topology.adminCidrs.map((cidr): Source => ({ kind: "cidr", cidr })),
    ...[...new Set(peers)].map((peer) => onInternet(peer, topology)),
  ];
}

/** Who comes in by a load balancer: nobody else needs to. */
export function balancerSources(
  cluster: string,
  balancer: string,
  flows: readonly Flow[],
  topology: Topology,
): Source[] {
  const peers = flows.flatMap(({ from, to }) =>
    to.kind === "balancer" && to.cluster === cluster && to.balancer === balancer ? [from.cluster] : [],
  );
  return [...new Set(peers)].map((peer) => arrivingAtBalancer(peer, topology));
}

function ofFlow(flow: Flow, topology: Topology): IngressRule[] {
  const { from, to, traffic, why } = flow;
  const nodesOf = from.kind === "publicNodes" ? anywhere : egressSourceOf(from.cluster, topology);
  const rule = (arriving: Traffic, source = nodesOf): IngressRule =>
    makeRule(to.cluster, source, arriving, from.cluster, why);
  switch (to.kind) {
    case "nodes":
    case "publicNodes":
      return [rule(traffic)];
    case "balancer": {
      // Targets are nodes and the client's address is kept, so the nodes see the peer itself, on the node port.
      const balancer = find(topology, to.cluster).balancers.find(({ name }) => name === to.balancer);
      const port = balancer?.ports.find((each) => traffic.protocol === "tcp" && each.port === traffic.port);
      if (!port)
        throw new Error(`${to.cluster} has no load balancer ${to.balancer} listening on ${trafficText(traffic)}`);
      return [rule({ protocol: "tcp", port: port.nodePort }, arrivingAtBalancer(from.cluster, topology))];
    }
    case "apiServer":
      // The endpoint has an access list instead; see apiSourcesFor.
      return [];
    default:
      return to satisfies never;
  }
}

function frontDoors(topology: Topology): IngressRule[] {
  return topology.clusters.flatMap(({ name, frontDoor }) =>
    (frontDoor?.ports ?? []).flatMap(({ nodePort }) =>
      (frontDoor?.sources ?? []).map((source) =>
        makeRule(name, source, { protocol: "tcp", port: nodePort }, "people", `the demo by ${frontDoor?.name}`),
      ),
    ),
  );
}

function healthChecks(topology: Topology): IngressRule[] {
  return topology.clusters.flatMap((cluster) =>
    [...cluster.balancers, ...(cluster.frontDoor ? [cluster.frontDoor] : [])].flatMap((balancer) =>
      balancer.ports.flatMap((port) =>
        subnetsOf(cluster, balancer.exposure).map(({ cidr }) =>
          makeRule(
            cluster.name,
            { kind: "cidr", cidr },
            { protocol: "tcp", port: port.nodePort },
            "load balancer",
            `health checks of ${balancer.name}`,
          ),
        ),
      ),
    ),
  );
}

function fragmentationNeeded(topology: Topology): IngressRule[] {
  return topology.clusters.flatMap((cluster) =>
    topology.clusters
      .filter((peer) => peer.name !== cluster.name)
      .map((peer) => {
        const path = pathBetween(peer, cluster, topology);
        // On the internet any router on the way may be the one that says it (EC2 user guide, network_mtu).
        const anyRouter = topology.route === "internet" || peer.place.kind === "elsewhere";
        const source = anyRouter ? anywhere : egressSourceOf(peer.name, topology);
        const from = anyRouter ? "any router" : peer.name;
        return makeRule(
          cluster.name,
          source,
          { protocol: "icmp", type: 3, code: 4 },
          from,
          `path MTU discovery (${path.why})`,
        );
      }),
  );
}

function makeRule(cluster: string, source: Source, traffic: Traffic, from: string, why: string): IngressRule {
  return {
    name: `${trafficText(traffic)} from ${source.kind === "cidr" ? source.cidr : `${source.cluster} nat`}`.replace(
      /[^a-z0-9-]+/g,
      "-",
    ),
    cluster,
    source,
    traffic,
    description: `${from}: ${why}`,
  };
}

/** Where packets of `cluster` seem to come from when they arrive at a peer. */
export function egressSourceOf(cluster: string, topology: Topology): Source {
  const { place } = find(topology, cluster);
  const peered = topology.interconnect === "peering" && topology.clusters.every((each) => each.place.kind === "vpc");
  return place.kind === "vpc" && peered ? { kind: "cidr", cidr: place.vpcCidr } : onInternet(cluster, topology);
}

/** Load balancers keep the address of their client, which comes to a public one by its NAT gateway, peered or not. */
function arrivingAtBalancer(cluster: string, topology: Topology): Source {
  return topology.exposure === "public" ? onInternet(cluster, topology) : egressSourceOf(cluster, topology);
}

/** With which address a cluster's packets leave its own network. */
function onInternet(cluster: string, topology: Topology): Source {
  const { place } = find(topology, cluster);
  return place.kind === "vpc" ? { kind: "natAddress", cluster } : { kind: "cidr", cidr: place.egressCidr };
}

/** Health checks of a load balancer come from these. */
function subnetsOf({ place }: PlacedCluster, exposure: Exposure) {
  return place.kind === "vpc" ? place.subnets[exposure] : [];
}

/** In words for a description, and in bytes. */
function pathBetween(peer: PlacedCluster, { place }: PlacedCluster, { route }: Topology) {
  if (peer.place.kind === "elsewhere" || place.kind === "elsewhere") return outside;
  return pathMtu(peer.place.region, place.region, route);
}

function find(topology: Topology, cluster: string): Topology["clusters"][number] {
  const found = topology.clusters.find(({ name }) => name === cluster);
  if (!found) throw new Error(`a flow names the cluster ${cluster}, which is not in the plan`);
  return found;
}

/** EC2 accepts 255 characters of this set (API reference, IpRange). */
function describable(text: string): string {
  return text.replace(/[^a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]/g, " ").slice(0, 255);
}
