import { istioNamespace, networkOf } from "../../components/backends/common/istio/names";
import { type ClusterCheck, type LiveCluster, type PairCheck, verdict } from "../check";

interface DeploymentSpec {
  readonly template: {
    readonly spec: {
      readonly containers: readonly { readonly env?: readonly { readonly name: string; readonly value?: string }[] }[];
    };
  };
}

/** Under which names istiod knows its cluster and network. */
export interface Identity {
  readonly cluster: string | undefined;
  readonly network: string | undefined;
}

async function readIdentity({ kube }: LiveCluster): Promise<Identity> {
  const [istiod, namespace] = await Promise.all([
    kube.get({ apiVersion: "apps/v1", kind: "Deployment", namespace: istioNamespace, name: "istiod" }),
    kube.get({ apiVersion: "v1", kind: "Namespace", name: istioNamespace }),
  ]);
  const env = ((istiod?.spec as DeploymentSpec | undefined)?.template.spec.containers ?? []).flatMap(
    (container) => container.env ?? [],
  );
  return {
    cluster: env.find(({ name }) => name === "CLUSTER_ID")?.value,
    network: namespace?.metadata.labels?.["topology.istio.io/network"],
  };
}

/** istiod bears its cluster's name and the namespace its network's label. */
export const networkLabel: ClusterCheck = {
  id: "istio-identity",
  ofCluster: async (cluster) => {
    const { cluster: id, network } = await readIdentity(cluster);
    return verdict(
      [
        id !== cluster.name && `istiod's CLUSTER_ID is ${id}, not ${cluster.name}`,
        network !== networkOf(cluster.name) && `the namespace's network is ${network}, not ${networkOf(cluster.name)}`,
      ],
      `${id} on ${network}`,
    );
  },
};

/**
 * Cluster names and networks are different: with equal ones Istio would look for pods where they are not.
 *
 * @param read where a kind of installation keeps its identity
 */
export function differing(read: (cluster: LiveCluster) => Promise<Identity>): PairCheck {
  return {
    id: "istio-identities-differ",
    ofPair: async (here, peer) => {
      const [own, other] = await Promise.all([read(here), read(peer)]);
      return verdict(
        [
          own.cluster === other.cluster && `both are called ${own.cluster}`,
          own.network === other.network && `both are on ${own.network}`,
        ],
        `${own.cluster} and ${other.cluster}, ${own.network} and ${other.network}`,
      );
    },
  };
}

export const identitiesDiffer: PairCheck = differing(readIdentity);
