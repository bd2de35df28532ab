import { expansionGateway } from "../../components/backends/calisti/names";
import { istioNamespace } from "../../components/backends/common/istio/names";
import type { WayInOf } from "../common/way-in";
import { deployment } from "../common/workloads";

/** By the mesh expansion gateway, behind its load balancer. */
export const calistiWayIn: WayInOf = () => ({
  gateway: { workload: deployment(istioNamespace, expansionGateway) },
  balancer: true,
});
