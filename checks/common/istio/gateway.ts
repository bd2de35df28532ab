import { gatewayName, istioNamespace } from "../../../components/backends/common/istio/names";
import { readBalancer } from "../balancer";
import { type ClusterCheck, verdict } from "../check";
import { networkAt, withoutGateway } from "./models";

/** The east-west gateway's Service has the address that the outputs name, and the label by which istiod finds it. */
export const gatewayAddress: ClusterCheck = {
  id: "istio-gateway-address",
  expects: "the gateway has the address that the outputs name",
  ofCluster: async (cluster) => {
    const none = withoutGateway(cluster);
    if (none) return none;
    const { service, address, problems } = await readBalancer(cluster, istioNamespace, gatewayName);
    const network = service?.metadata.labels?.["topology.istio.io/network"];
    const wanted = networkAt(cluster);
    return verdict(
      [
        ...problems,
        service !== undefined &&
          cluster.carrier === undefined &&
          network !== wanted &&
          `its label topology.istio.io/network is ${network}, not ${wanted}`,
      ],
      address ?? "",
    );
  },
};
