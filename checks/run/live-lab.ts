import type { ClusterDescription } from "../../components/lab/description";
import type { Probes } from "../../components/lab/probes";
import type { InPod, LiveLab } from "../common/check";
import { KubeClient } from "../kube/client";
import { noProxy, type ProxyFor, proxiesOf, withProxy } from "../kube/proxy";
import { CannotAsk } from "./cannot-ask";
import type { LabOutputs } from "./outputs";

/** What the outputs do not say, because it is this machine's. */
export interface Surroundings {
  /** How API servers are reached. Default: directly. */
  readonly proxyFor?: ProxyFor | undefined;
  /** How a program of this machine is run in the network of a cluster's pods. Default: their networks are elsewhere. */
  readonly inPod?: ((cluster: string, ...args: Parameters<InPod>) => ReturnType<InPod>) | undefined;
  /** What stands in for services of the demo. */
  readonly probes?: Probes | undefined;
}

/** What the checks need, from the lab's outputs. */
export function liveLab(outputs: LabOutputs, { proxyFor = noProxy, inPod, probes }: Surroundings = {}): LiveLab {
  const { lab } = outputs;
  // A peer's reader comes from this machine here, and takes the way that an administrator takes.
  const way = proxiesOf(Object.values(outputs.kubeconfigs), proxyFor);
  const connect = (kubeconfig: string) => new KubeClient(withProxy(kubeconfig, way));
  const clusters = clientsOf(outputs, proxyFor).map(({ name, kube, description }) => ({
    ...description,
    name,
    kube,
    connect,
    ...(inPod ? { inPod: (...args: Parameters<InPod>) => inPod(name, ...args) } : {}),
  }));
  return { ...lab, clusters, probes };
}

/** A cluster of the lab, with a way to change it too. */
export interface ClusterClient {
  readonly name: string;
  readonly description: ClusterDescription;
  readonly kube: KubeClient;
}

/**
 * The lab's clusters with their API servers.
 *
 * @throws CannotAsk when there is no kubeconfig for one
 */
export function clientsOf({ lab, kubeconfigs }: LabOutputs, proxyFor: ProxyFor): ClusterClient[] {
  return Object.entries(lab.clusters).map(([name, description]) => {
    const kubeconfig = kubeconfigs[name];
    if (kubeconfig === undefined) {
      throw new CannotAsk(`The outputs have no kubeconfig of ${name}: give --kubeconfig FILE with a --context for it.`);
    }
    return { name, description, kube: new KubeClient(withProxy(kubeconfig, proxyFor)) };
  });
}
