import { accessBy, type ContextAccess, readKubeconfig } from "../../components/existing/kubeconfig";
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
  const clusters = clientsOf(outputs, proxyFor).map(({ name, kube, description }) => ({
    ...description,
    name,
    kube,
    connect: (kubeconfig: string) => new KubeClient(withProxy(fromHere(kubeconfig, description), way)),
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
export function clientsOf(outputs: LabOutputs, proxyFor: ProxyFor): ClusterClient[] {
  const { clusters } = outputs.lab;
  return Object.entries(kubeconfigsIn(outputs)).flatMap(([name, kubeconfig]) => {
    const description = clusters[name];
    return description ? [{ name, description, kube: new KubeClient(withProxy(kubeconfig, proxyFor)) }] : [];
  });
}

/**
 * By cluster: the lab's own, or this machine's for one that was there already.
 *
 * @throws CannotAsk when there is none for one
 */
export function kubeconfigsIn({ lab, kubeconfigs }: LabOutputs): Record<string, string> {
  const found = Object.entries(lab.clusters).map(([name, description]) => {
    const kubeconfig = kubeconfigs[name] ?? accessOf(description)?.kubeconfig;
    if (kubeconfig === undefined) {
      throw new CannotAsk(`The outputs have no kubeconfig of ${name}: give --kubeconfig FILE with a --context for it.`);
    }
    return [name, kubeconfig] as const;
  });
  return Object.fromEntries(found);
}

/** What peers are given of a cluster that was there already may be an address that this machine has no way to. */
function fromHere(kubeconfig: string, description: ClusterDescription): string {
  const own = accessOf(description);
  if (!own) return kubeconfig;
  const config = JSON.parse(kubeconfig) as { clusters: { cluster: Record<string, unknown> }[] };
  const { server, "proxy-url": proxy } = { ...own.cluster, server: own.server } as Record<string, unknown>;
  for (const { cluster } of config.clusters) Object.assign(cluster, { server }, proxy ? { "proxy-url": proxy } : {});
  return JSON.stringify(config);
}

/** Of a cluster that was there already: as whoever made the lab reaches it, if that is on this machine. */
function accessOf({ context, kubeconfig }: ClusterDescription): ContextAccess | undefined {
  if (context === undefined) return undefined;
  try {
    return accessBy(readKubeconfig(kubeconfig), context);
  } catch {
    return undefined;
  }
}
