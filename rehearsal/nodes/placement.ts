/**
 * Where pods go whose images cannot be had: to a simulated node beside the real ones. It is decided when a pod is made, as
 * an admission webhook, since what a scheduler has placed does not move.
 */

/** By it pods find the simulated node of their cluster, and others are kept off it. */
export const simulatedLabel = "rehearsal/simulated";

/** Annotation of a pod that does not run for real, with the reason. */
export const simulatedReason = "rehearsal/simulated-because";

/** Runs for a pod that must be where it is: it does nothing. */
const pause = "registry.k8s.io/pause:3.10";

/** One operation of RFC 6902. */
export interface PatchOperation {
  readonly op: "add" | "replace" | "remove";
  readonly path: string;
  readonly value?: unknown;
}

interface Container {
  readonly name: string;
  readonly image?: string;
  readonly volumeMounts?: readonly unknown[];
}

interface NodeTerm {
  readonly matchFields?: readonly { readonly key: string; readonly values?: readonly string[] }[];
}

/** What of a pod matters here. */
export interface PlacedPod {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly nodeName?: string;
    readonly nodeSelector?: Readonly<Record<string, string>>;
    readonly containers: readonly Container[];
    readonly initContainers?: readonly Container[];
    readonly tolerations?: readonly object[];
    readonly affinity?: {
      readonly nodeAffinity?: {
        readonly requiredDuringSchedulingIgnoredDuringExecution?: { readonly nodeSelectorTerms: readonly NodeTerm[] };
      };
    };
    readonly topologySpreadConstraints?: readonly object[];
  };
}

/** Images that the pod pulls, each once. */
export function imagesOf({ spec }: PlacedPod): string[] {
  const all = [...spec.containers, ...(spec.initContainers ?? [])];
  // What an injector has yet to fill in is none.
  return [...new Set(all.flatMap(({ image }) => (image && image !== "auto" ? [image] : [])))];
}

/**
 * How a pod is changed that lacks images.
 *
 * @param lacking images that cannot be had; not empty
 * @param simulatedNode name of the simulated node
 */
export function placeSimulated(pod: PlacedPod, lacking: readonly string[], simulatedNode: string): PatchOperation[] {
  const reason = `cannot be had: ${lacking.join(", ")}`;
  const node = boundTo(pod);
  if (node === simulatedNode) return annotated(pod, "its node is simulated");
  const change = node === undefined ? moved(pod) : emptied(pod);
  return [...annotated(pod, reason), ...change];
}

/** The node that a DaemonSet made the pod for, or that the pod names. */
function boundTo({ spec }: PlacedPod): string | undefined {
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const fields = terms.flatMap(({ matchFields = [] }) => matchFields);
  return spec.nodeName ?? fields.find(({ key }) => key === "metadata.name")?.values?.[0];
}

function annotated({ metadata }: PlacedPod, reason: string): PatchOperation[] {
  return [{ op: "add", path: "/metadata/annotations", value: { ...metadata.annotations, [simulatedReason]: reason } }];
}

/** There is one simulated node: what spreads pods over nodes and zones would keep them from it. */
function moved({ spec }: PlacedPod): PatchOperation[] {
  const toleration = { key: simulatedLabel, operator: "Exists" };
  return [
    { op: "add", path: "/spec/nodeSelector", value: { [simulatedLabel]: "true" } },
    { op: "add", path: "/spec/tolerations", value: [...(spec.tolerations ?? []), toleration] },
    ...(spec.affinity ? [{ op: "remove", path: "/spec/affinity" } as const] : []),
    ...(spec.topologySpreadConstraints ? [{ op: "remove", path: "/spec/topologySpreadConstraints" } as const] : []),
  ];
}

/** A pod of a DaemonSet on a real node stays there, as nothing but its name. */
function emptied({ spec }: PlacedPod): PatchOperation[] {
  return [
    { op: "replace", path: "/spec/containers", value: spec.containers.map(({ name }) => ({ name, image: pause })) },
    ...(spec.initContainers ? [{ op: "remove", path: "/spec/initContainers" } as const] : []),
  ];
}
