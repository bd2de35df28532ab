import { gatewayName, istioNamespace } from "../../components/backends/common/istio/names";
import { deployment, running } from "../common/workloads";

/** istiod, and the gateway by which peers come in. */
export const istioRunning = running({
  id: "istio-running",
  expects: "istiod and the gateway for peers run",
  namespaces: [istioNamespace],
  needed: () => [deployment(istioNamespace, "istiod"), deployment(istioNamespace, gatewayName)],
});
