/** What of a plan's flows is the same for every pair of clusters, and who reads whose API server. */
import { prefixLength } from "../../components/base/cidr";
import type { LabPlan } from "../../components/lab/plan";
import { type Flow, trafficText } from "../../components/plan/flows";
import type { Source } from "../../components/plan/source";

/** A kind of packet that clusters let in from each other. */
export interface OpenPort {
  /** E.g. `tcp 15443`. */
  readonly traffic: string;
  /** Where it arrives. */
  readonly at: "load balancer" | "nodes" | "public nodes";
  /** Every reason for which it does. */
  readonly why: readonly string[];
}

/** A cluster that needs a peer's API server. */
export interface ApiReader {
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

const arrivals = { balancer: "load balancer", nodes: "nodes", publicNodes: "public nodes" } as const;

/** The ports that flows need, each once, in their order; without API servers. */
export function openPorts({ flows }: Pick<LabPlan, "flows">): OpenPort[] {
  const ports = new Map<string, OpenPort>();
  for (const { to, traffic, why } of flows) {
    if (to.kind === "apiServer") continue;
    const port = { traffic: trafficText(traffic), at: arrivals[to.kind] };
    const key = `${port.traffic} ${port.at}`;
    const reasons = ports.get(key)?.why ?? [];
    ports.set(key, { ...port, why: reasons.includes(why) ? reasons : [...reasons, why] });
  }
  return [...ports.values()];
}

/** Who reads whose API server, each pair once. */
export function apiReaders({ flows }: Pick<LabPlan, "flows">): ApiReader[] {
  const readers = new Map<string, ApiReader>();
  for (const { from, to, why } of flows.filter(toApiServer)) {
    const key = `${from.cluster} ${to.cluster}`;
    const before = readers.get(key);
    readers.set(key, { from: from.cluster, to: to.cluster, why: before ? `${before.why}; ${why}` : why });
  }
  return [...readers.values()];
}

/** Names of clusters whose API server everybody may reach: it asks for a token, and for nothing before that. */
export function openApiServers({ clusters }: Pick<LabPlan, "clusters">): string[] {
  const isOpen = (source: Source) => source.kind === "cidr" && prefixLength(source.cidr) === 0;
  return clusters.filter(({ apiSources }) => apiSources.some(isOpen)).map(({ name }) => name);
}

function toApiServer({ to }: Flow): boolean {
  return to.kind === "apiServer";
}
