import { isReady } from "../common/real-pods";
import type { GatewayPods } from "../common/way-in";
import { availability, type WorkloadRef } from "../common/workloads";
import type { KubeObject } from "../kube/client";
import type { Changer, Taking } from "./taking";

/**
 * A pod by which peers' calls come in goes, and what keeps it running makes another; or why none can go.
 *
 * @param kube of the cluster that it is on
 */
export async function gatewayPod(kube: Changer, { workload, node }: GatewayPods): Promise<Taking | string> {
  const pod = (await podsOf(kube, workload)).find(
    (each) => isReady(each) && (node === undefined || nodeOf(each) === node),
  );
  if (!pod) return `no pod of ${workload.name} is ready`;
  const { name, namespace = "default", uid } = pod.metadata;
  const ref = { apiVersion: "v1", kind: "Pod", namespace, name };
  const isReplaced = async () => {
    const [now, { desired, available }] = await Promise.all([kube.get(ref), availability(kube, workload)]);
    return now?.metadata.uid !== uid && desired > 0 && available >= desired;
  };
  return {
    what: `the pod ${name}`,
    harm: () => kube.delete(ref),
    isGone: isReplaced,
    // What made it makes the next.
    heal: async () => {},
    isBack: isReplaced,
  };
}

async function podsOf(kube: Changer, { kind, namespace, name }: WorkloadRef): Promise<KubeObject[]> {
  const workload = await kube.get({ apiVersion: "apps/v1", kind, namespace, name });
  const { selector } = (workload?.spec ?? {}) as { selector?: { matchLabels?: Readonly<Record<string, string>> } };
  const labelSelector = Object.entries(selector?.matchLabels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
  return labelSelector === "" ? [] : kube.list("v1", "Pod", { namespace, labelSelector });
}

const nodeOf = ({ spec }: KubeObject) => ((spec ?? {}) as { readonly nodeName?: string }).nodeName;
