import { gatewayName, istioNamespace } from "../../components/backends/common/istio/names";
import { cniNode, hboneGateway } from "../../components/backends/istio/names";
import { daemonSet, deployment, running } from "../common/workloads";

/** istiod, and the gateway by which peers come in unless they call pods themselves. */
export const istioRunning = running({
  id: "istio-running",
  expects: "istiod runs, and the gateway for peers where there is one",
  namespaces: [istioNamespace],
  needed: ({ gateway, carrier }) => [
    deployment(istioNamespace, "istiod"),
    ...(carrier === undefined ? [] : [carrier, cniNode].map((name) => daemonSet(istioNamespace, name))),
    ...(gateway === undefined ? [] : [deployment(istioNamespace, carrier === undefined ? gatewayName : hboneGateway)]),
  ],
});
