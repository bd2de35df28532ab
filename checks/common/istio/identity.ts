import { type LiveCluster, type PairCheck, verdict } from "../check";

/** Under which names istiod knows its cluster and network. */
export interface Identity {
  /** By which istiod tells its own pods from those of peers. */
  readonly cluster: string | undefined;
  /** On which its own pods are; those of other networks are called by their gateways. */
  readonly network: string | undefined;
}

/**
 * Cluster names are different, and networks where gateways lead from one to the other: otherwise Istio would look for pods
 * where they are not. Where pods reach each other the network is the same, since Istio looks for a gateway between two.
 *
 * @param read where a kind of installation keeps its identity
 */
export function differing(read: (cluster: LiveCluster) => Promise<Identity>): PairCheck {
  return {
    id: "istio-identities-differ",
    expects: "the two clusters have names of their own, and networks unless they share one",
    ofPair: async (here, peer) => {
      const [own, other] = await Promise.all([read(here), read(peer)]);
      return verdict(
        [
          own.cluster === other.cluster && `both are called ${own.cluster}`,
          here.gateway !== undefined && own.network === other.network && `both are on ${own.network}`,
          here.gateway === undefined &&
            own.network !== other.network &&
            `they are on ${own.network} and ${other.network}, and no gateway is between them`,
        ],
        `${own.cluster} and ${other.cluster}, ${own.network} and ${other.network}`,
      );
    },
  };
}
