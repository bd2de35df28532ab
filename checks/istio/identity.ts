import { istioNamespace } from "../../components/backends/common/istio/names";
import { type ClusterCheck, type LiveCluster, type PairCheck, verdict } from "../common/check";
import { differing, type Identity } from "../common/istio/identity";
import { networkAt } from "../common/istio/models";

interface DeploymentSpec {
  readonly template: {
    readonly spec: {
      readonly containers: readonly { readonly env?: readonly { readonly name: string; readonly value?: string }[] }[];
    };
  };
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
  expects: "istiod bears its cluster's name and its network's",
  ofCluster: async (cluster) => {
    const { cluster: id, network } = await readIdentity(cluster);
    return verdict(
      [
        id !== cluster.name && `istiod's CLUSTER_ID is ${id}, not ${cluster.name}`,
        network !== networkAt(cluster) && `the namespace's network is ${network}, not ${networkAt(cluster)}`,
      ],
      `${id} on ${network}`,
    );
  },
};

/** Cluster names and networks are different, as istiod says them. */
export const identitiesDiffer: PairCheck = differing(readIdentity);
