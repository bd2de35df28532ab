import { partOf } from "../../components/demo/pods";
import type { Metadata } from "../../components/plan/objects";
import { type ClusterCheck, verdict } from "../common/check";
import type { KubeObject } from "../kube/client";

/** The demo's namespace and its pods carry what puts them into the mesh, and the namespace what it demands of them. */
export const membership: ClusterCheck = {
  id: "demo-membership",
  expects: "the demo's namespace and pods ask for what puts them into the mesh",
  ofCluster: async ({ kube }, { demo }) => {
    if (!demo) return { status: "skipped", detail: "the demo is off" };
    const wanted = demo.membership;
    const labelSelector = Object.entries(partOf)
      .map(([key, value]) => `${key}=${value}`)
      .join(",");
    const [namespace, pods] = await Promise.all([
      kube.get({ apiVersion: "v1", kind: "Namespace", name: demo.namespace }),
      kube.list("v1", "Pod", { namespace: demo.namespace, labelSelector }),
    ]);
    if (!namespace) return { status: "fail", detail: `there is no namespace ${demo.namespace}` };
    return verdict(
      [
        pods.length === 0 && "there are no pods",
        ...missing(namespace, wanted.namespace),
        ...pods.flatMap((pod) => missing(pod, wanted.pods)),
      ],
      [
        `${metadataText(wanted.namespace).join(", ")} on the namespace`,
        `${metadataText(wanted.pods).join(", ") || "nothing wanted"} on ${pods.length} pods`,
      ].join("; "),
    );
  },
};

/** `key=value` of labels and annotations alike. */
function metadataText({ labels, annotations }: Metadata): string[] {
  return Object.entries({ ...labels, ...annotations }).map(([key, value]) => `${key}=${value}`);
}

/** What of `wanted` an object does not carry. */
export function missing({ kind, metadata }: KubeObject, wanted: Metadata): string[] {
  const lacks = (kindOf: string, given: Readonly<Record<string, string>> | undefined, pairs: Metadata["labels"]) =>
    Object.entries(pairs)
      .filter(([key, value]) => given?.[key] !== value)
      .map(([key, value]) => `${kind} ${metadata.name} has not the ${kindOf} ${key}=${value}`);
  return [
    ...lacks("label", metadata.labels, wanted.labels),
    ...lacks("annotation", metadata.annotations, wanted.annotations),
  ];
}
