import { gatewayName, istioNamespace } from "../../components/backends/common/istio/names";
import type { WayInOf } from "../common/way-in";
import { deployment } from "../common/workloads";

/** By the east-west gateway, behind its load balancer. */
export const istioWayIn: WayInOf = () => ({
  gateway: { workload: deployment(istioNamespace, gatewayName) },
  balancer: true,
});
