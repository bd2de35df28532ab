import { gatewayName, istioNamespace } from "../../components/backends/common/istio/names";
import { deployment, running } from "../common/workloads";

/** istiod, and the gateway by which peers come in unless they call pods themselves. */
export const istioRunning = running({
  id: "istio-running",
  expects: "istiod runs, and the gateway for peers where there is one",
  namespaces: [istioNamespace],
  needed: ({ gateway }) => [
    deployment(istioNamespace, "istiod"),
    ...(gateway === undefined ? [] : [deployment(istioNamespace, gatewayName)]),
  ],
});
