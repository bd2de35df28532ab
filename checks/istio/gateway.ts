import { crossNetworkPort, gatewayName, istioNamespace, networkOf } from "../../components/backends/common/istio/names";
import { type ClusterCheck, fail, verdict } from "../check";
import { readBalancer } from "../common/balancer";

interface GatewaySpec {
  readonly servers?: readonly {
    readonly port?: { readonly number?: number };
    readonly tls?: { readonly mode?: string };
    readonly hosts?: readonly string[];
  }[];
}

/** The east-west gateway's Service has the address that the outputs name, and the label by which istiod finds it. */
export const gatewayAddress: ClusterCheck = {
  id: "istio-gateway-address",
  ofCluster: async (cluster) => {
    const { service, address, problems } = await readBalancer(cluster, istioNamespace, gatewayName);
    const network = service?.metadata.labels?.["topology.istio.io/network"];
    const wanted = networkOf(cluster.name);
    return verdict(
      [
        ...problems,
        service !== undefined &&
          network !== wanted &&
          `its label topology.istio.io/network is ${network}, not ${wanted}`,
      ],
      address ?? "",
    );
  },
};

/** Istio accepted the Gateway that lets peers reach the exposed hosts without opening their encryption. */
export const crossNetworkGateway: ClusterCheck = {
  id: "istio-cross-network-gateway",
  ofCluster: async ({ kube }) => {
    const gateway = await kube.get({
      apiVersion: "networking.istio.io/v1",
      kind: "Gateway",
      namespace: istioNamespace,
      name: "cross-network-gateway",
    });
    if (!gateway) return fail("there is no Gateway cross-network-gateway");
    const [server] = (gateway.spec as GatewaySpec).servers ?? [];
    return verdict(
      [
        server?.port?.number !== crossNetworkPort &&
          `it listens on ${server?.port?.number}, not on ${crossNetworkPort}`,
        server?.tls?.mode !== "AUTO_PASSTHROUGH" && `its TLS mode is ${server?.tls?.mode}`,
        (server?.hosts ?? []).length === 0 && "it exposes no host",
      ],
      `exposes ${(server?.hosts ?? []).join(", ")}`,
    );
  },
};
