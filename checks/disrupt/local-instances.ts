import { availability, deployment } from "../common/workloads";
import { type Changer, insist, type Taking } from "./taking";

/**
 * All instances of a Service on a cluster go, and those of its peers answer in their place.
 *
 * @param kube of that cluster
 * @param name of the Deployment, whose pods have it in the label `app`
 */
export async function localInstances(kube: Changer, namespace: string, name: string): Promise<Taking> {
  const ref = { apiVersion: "apps/v1", kind: "Deployment", namespace, name };
  const { desired } = await availability(kube, deployment(namespace, name));
  const scaled = (replicas: number) => kube.mergePatch(ref, { spec: { replicas } });
  return {
    what: `the instances of ${name}`,
    harm: () => scaled(0),
    isGone: async () => (await kube.list("v1", "Pod", { namespace, labelSelector: `app=${name}` })).length === 0,
    heal: () => insist(() => scaled(desired), `kubectl -n ${namespace} scale deployment ${name} --replicas ${desired}`),
    isBack: async () => (await availability(kube, deployment(namespace, name))).available >= desired,
  };
}
