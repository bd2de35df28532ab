import type { OutputMap } from "@pulumi/pulumi/automation";
import type { LabDescription } from "../../components/lab/description";
import type { InPod, LiveLab, Probes } from "../common/check";
import { KubeClient } from "../kube/client";
import { noProxy, type ProxyFor, withProxy } from "../kube/proxy";

/** What the outputs do not say, because it is this machine's. */
export interface Surroundings {
  /** How API servers are reached. Default: directly. */
  readonly proxyFor?: ProxyFor | undefined;
  /** How a program of this machine is run in the network of a cluster's pods. Default: their networks are elsewhere. */
  readonly inPod?: ((cluster: string, ...args: Parameters<InPod>) => ReturnType<InPod>) | undefined;
  /** What stands in for services of the demo. */
  readonly probes?: Probes | undefined;
}

/**
 * What the checks need, from the stack's outputs.
 *
 * @throws when the stack is not up
 */
export function liveLab(
  { lab, kubeconfigs }: OutputMap,
  { proxyFor = noProxy, inPod, probes }: Surroundings = {},
): LiveLab {
  if (!lab || !kubeconfigs) throw new Error("The stack is not up: it has no outputs. Run pulumi up first.");
  const description: LabDescription = JSON.parse(lab.value);
  const connect = (kubeconfig: string) => new KubeClient(withProxy(kubeconfig, proxyFor));
  const clusters = Object.entries(description.clusters).map(([name, cluster]) => ({
    ...cluster,
    name,
    kube: connect(kubeconfigs.value[name]),
    connect,
    ...(inPod ? { inPod: (...args: Parameters<InPod>) => inPod(name, ...args) } : {}),
  }));
  return { ...description, clusters, probes };
}
