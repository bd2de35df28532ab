import { operatorNamespace, submarinerName } from "../../components/backends/submariner/names";
import { type ClusterCheck, type LiveCluster, verdict } from "../common/check";

/** What the checks read of the Submariner resource. */
export interface SubmarinerSpec {
  readonly clusterID: string;
  readonly clusterCIDR: string;
  readonly serviceCIDR: string;
  readonly globalCIDR?: string;
  readonly cableDriver: string;
  readonly natEnabled?: boolean;
  readonly airGappedDeployment?: boolean;
  readonly brokerK8sApiServer: string;
  readonly brokerK8sRemoteNamespace: string;
  readonly brokerK8sSecret?: string;
  readonly brokerK8sApiServerToken?: string;
  readonly brokerK8sInsecure?: boolean;
  readonly ceIPSecPSK?: string;
  readonly ceIPSecPSKSecret?: string;
}

export async function readResource({ kube, name }: LiveCluster) {
  const found = await kube.get({
    apiVersion: "submariner.io/v1alpha1",
    kind: "Submariner",
    namespace: operatorNamespace,
    name: submarinerName,
  });
  if (!found) throw new Error(`there is no Submariner resource on ${name}`);
  return {
    metadata: found.metadata,
    spec: found.spec as SubmarinerSpec,
    status: (found.status ?? {}) as { clusterID?: string },
  };
}

/**
 * The operator took the Submariner resource on, which holds credentials by reference alone, and belongs to what makes it go
 * before the operator.
 */
export const resourceAccepted: ClusterCheck = {
  id: "submariner-resource",
  expects: "the operator took the Submariner resource on, and no credentials are in it",
  ofCluster: async (cluster) => {
    const { metadata, spec, status } = await readResource(cluster);
    const owners = (metadata.ownerReferences ?? []) as readonly { readonly kind: string }[];
    return verdict(
      [
        spec.clusterID !== cluster.name && `its clusterID is ${spec.clusterID}, not ${cluster.name}`,
        status.clusterID !== spec.clusterID && "the operator has not written its status",
        !spec.brokerK8sSecret && "the broker's credentials are not in a Secret",
        !spec.ceIPSecPSKSecret && "the pre-shared key is not in a Secret",
        Boolean(spec.brokerK8sApiServerToken) && "it holds the broker's token in clear",
        // Of WireGuard's, which is no other way to be had, see keyIsSecret.
        spec.cableDriver !== "wireguard" && Boolean(spec.ceIPSecPSK) && "it holds a key in clear",
        !spec.natEnabled &&
          !spec.airGappedDeployment &&
          "gateways ask a server on the internet for an address that nobody needs",
        !owners.some(({ kind }) => kind === "ConfigMap") && "it would outlive its operator",
      ],
      `${spec.clusterID} by ${spec.cableDriver}`,
    );
  },
};
