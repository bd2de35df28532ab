/** Whether pods fit onto nodes: a first-fit packing, which is at least as strict as the scheduler's. */
import type { InstanceType } from "../base/instance-types";
import { allocatable, type PodDemand, type Resources } from "./pods";

interface Node extends Resources {
  readonly pods: number;
}

/**
 * What runs out when `pods` are to run on `count` nodes of a type, in words; undefined when they fit.
 *
 * @param share of each node that may be used, e.g. 0.75 to keep a quarter free
 */
export function shortage(pods: readonly PodDemand[], type: InstanceType, count: number, share = 1): string | undefined {
  const whole = { ...allocatable(type), pods: type.pods };
  const node: Node = { cpu: whole.cpu * share, memory: whole.memory * share, pods: Math.floor(whole.pods * share) };
  const all = pods.flatMap((each) => Array<PodDemand>(each.count === "each node" ? count : each.count).fill(each));
  for (const [what, of] of measures) {
    const wanted = all.reduce((sum, pod) => sum + of.wanted(pod), 0);
    const available = Math.floor(of.available(node) * count);
    if (wanted > available) return `${wanted} ${what} are wanted, and they have ${available}`;
  }
  return homeless(pods, node, count);
}

const measures = [
  ["pods", { wanted: () => 1, available: ({ pods }: Node) => pods }],
  ["millicores", { wanted: ({ requests }: PodDemand) => requests.cpu, available: ({ cpu }: Node) => cpu }],
  ["MiB", { wanted: ({ requests }: PodDemand) => requests.memory, available: ({ memory }: Node) => memory }],
] as const;

/** The first pod for which no node has room, the largest tried first. */
function homeless(pods: readonly PodDemand[], node: Node, count: number): string | undefined {
  const onEach = pods.filter((each) => each.count === "each node");
  const left = Array.from({ length: count }, () => onEach.reduce(without, { ...node }));
  const others = pods
    .flatMap((each) => (each.count === "each node" ? [] : Array<PodDemand>(each.count).fill(each)))
    .sort((a, b) => weight(b, node) - weight(a, node));
  for (const pod of others) {
    const place = left.findIndex((free) => fits(pod, free));
    const free = left[place];
    if (!free) {
      const { cpu, memory } = pod.requests;
      return `${pod.name} wants ${cpu} millicores and ${memory} MiB, and no node has both left`;
    }
    left[place] = without(free, pod);
  }
  return undefined;
}

function fits({ requests }: PodDemand, free: Node): boolean {
  return free.pods >= 1 && free.cpu >= requests.cpu && free.memory >= requests.memory;
}

function without(free: Node, { requests }: PodDemand): Node {
  return { cpu: free.cpu - requests.cpu, memory: free.memory - requests.memory, pods: free.pods - 1 };
}

/** The larger of the two shares of a node that a pod takes. */
function weight({ requests }: PodDemand, node: Node): number {
  return Math.max(requests.cpu / node.cpu, requests.memory / node.memory);
}
