import { balancerName, gatewayPort, multiclusterNamespace, probePort } from "../../components/backends/linkerd/names";
import { readBalancer } from "../common/balancer";
import { type ClusterCheck, skip, verdict } from "../common/check";

/** The gateway's load balancer has the address that the outputs name, and both of the gateway's ports. */
export const gatewayAddress: ClusterCheck = {
  id: "linkerd-gateway-address",
  expects: "the gateway has the address that the outputs name, and both its ports",
  ofCluster: async (cluster) => {
    if (cluster.gateway === undefined) return skip("no peer comes in by a gateway");
    const { service, address, problems } = await readBalancer(cluster, multiclusterNamespace, balancerName);
    const spec = service?.spec as { readonly ports?: readonly { readonly port: number }[] } | undefined;
    const open = (spec?.ports ?? []).map(({ port }) => port);
    return verdict(
      [
        ...problems,
        ...[gatewayPort, probePort].map(
          (port) => service !== undefined && !open.includes(port) && `it does not listen on ${port}`,
        ),
      ],
      `${address}, ports ${open.join(" and ")}`,
    );
  },
};
