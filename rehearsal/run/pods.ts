/** What ran in a lab with real nodes, and where its images came from. */
import type { LiveCluster } from "../../checks/common/check";
import { simulatedNodes } from "../../checks/common/real-pods";
import type { KubeObject } from "../../checks/kube/client";
import type { Origin } from "../images/store";
import { simulatedReason } from "../nodes/placement";
import type { ImageResult, PodsResult } from "./result";

/** Why a pod is simulated that has no reason of its own. */
const byItsNode = "its node is simulated";

/** A pod, and why it does not run if it does not. */
interface Found {
  readonly cluster: string;
  readonly pod: KubeObject;
  readonly reason: string | undefined;
}

interface PodSpec {
  readonly nodeName?: string;
  readonly containers: readonly { readonly image?: string }[];
  readonly initContainers?: readonly { readonly image?: string }[];
}

/**
 * Looks at all pods.
 *
 * @param originOf where an image came from; undefined when nobody knows
 */
export async function podsOf(
  clusters: readonly LiveCluster[],
  originOf: (image: string) => Origin | undefined = () => undefined,
): Promise<{ readonly pods: PodsResult; readonly images: readonly ImageResult[] }> {
  const found = (await Promise.all(clusters.map(podsIn))).flat();
  const real = found.filter(({ reason }) => reason === undefined);
  return {
    pods: {
      real: real.length,
      realIn: Object.fromEntries(
        clusters.map(({ name }) => [name, real.filter(({ cluster }) => cluster === name).length]),
      ),
      simulated: found.flatMap(({ cluster, pod: { metadata }, reason }) =>
        reason === undefined ? [] : [{ cluster, pod: `${metadata.namespace}/${metadata.name}`, reason }],
      ),
    },
    images: [...new Set(real.flatMap(({ pod }) => imagesIn(pod)))].sort().flatMap((name) => {
      const origin = originOf(name);
      return origin ? [{ name, origin }] : [];
    }),
  };
}

async function podsIn({ name, kube }: LiveCluster): Promise<Found[]> {
  const [pods, simulated] = await Promise.all([kube.list("v1", "Pod"), simulatedNodes(kube)]);
  return pods.map((pod) => {
    const { nodeName = "" } = pod.spec as PodSpec;
    const said = pod.metadata.annotations?.[simulatedReason];
    return { cluster: name, pod, reason: said ?? (simulated.has(nodeName) ? byItsNode : undefined) };
  });
}

function imagesIn({ spec }: KubeObject): string[] {
  const { containers, initContainers = [] } = spec as PodSpec;
  return [...containers, ...initContainers].flatMap(({ image }) => image ?? []);
}

/** An origin in words. */
export function originText(origin: Origin): string {
  if (origin.kind === "pulled") return "pulled";
  if (origin.kind === "archive") return `from ${origin.file}`;
  return `made of ${origin.from.join(", ")}${origin.standIn ? `; stands in: ${origin.standIn}` : ""}${
    origin.lacks ? `; lacks ${origin.lacks}` : ""
  }`;
}
