import { istioNamespace, networkOf } from "../../components/backends/common/istio/names";
import { hbonePort, peerGateway } from "../../components/backends/istio/names";
import { type PairCheck, skip, verdict } from "../common/check";

interface GatewaySpec {
  readonly addresses?: readonly { readonly value?: string }[];
  readonly listeners?: readonly { readonly port?: number; readonly protocol?: string }[];
}

/** In ambient mode, what a cluster is told of the peer's gateway is where the peer's load balancer is. */
export const knownGateway: PairCheck = {
  id: "istio-peer-gateway",
  expects: "in ambient mode, the cluster is told the address and the network of the peer's gateway",
  ofPair: async ({ kube, carrier }, peer) => {
    if (carrier === undefined) return skip("sidecars carry calls, and istiod finds gateways by itself");
    const gateway = await kube.get({
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "Gateway",
      namespace: istioNamespace,
      name: `${peerGateway}-${peer.name}`,
    });
    const network = gateway?.metadata.labels?.["topology.istio.io/network"];
    const { addresses = [], listeners = [] } = (gateway?.spec ?? {}) as GatewaySpec;
    const [address] = addresses.map(({ value }) => value);
    return verdict(
      gateway
        ? [
            network !== networkOf(peer.name) && `it stands for the network ${network}, not ${networkOf(peer.name)}`,
            address !== peer.gateway && `it is at ${address}, and the peer's gateway at ${peer.gateway}`,
            !listeners.some(({ port, protocol }) => port === hbonePort && protocol === "HBONE") &&
              `it takes no HBONE on ${hbonePort}`,
          ]
        : [`there is no Gateway ${istioNamespace}/${peerGateway}-${peer.name}`],
      `${networkOf(peer.name)} is behind ${address}`,
    );
  },
};
