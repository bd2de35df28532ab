import { crossNetworkPort, istioNamespace } from "../../components/backends/common/istio/names";
import { type ClusterCheck, fail, verdict } from "../common/check";
import { ofRemote, withoutGateway, withoutSidecars } from "../common/istio/models";

interface GatewaySpec {
  readonly servers?: readonly {
    readonly port?: { readonly number?: number };
    readonly tls?: { readonly mode?: string };
    readonly hosts?: readonly string[];
  }[];
}

/** Istio accepted the Gateway that lets peers reach the exposed hosts without opening their encryption. */
export const crossNetworkGateway: ClusterCheck = {
  id: "istio-cross-network-gateway",
  expects: "the Gateway exposes hosts to peers without opening their encryption",
  ofCluster: async ({ kube, ...cluster }) => {
    const none = withoutGateway(cluster) ?? withoutSidecars(cluster) ?? ofRemote(cluster);
    if (none) return none;
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
