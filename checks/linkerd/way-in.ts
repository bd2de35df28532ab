import { gatewayName, multiclusterNamespace } from "../../components/backends/linkerd/names";
import type { WayInOf } from "../common/way-in";
import { deployment } from "../common/workloads";

const flat = "in this mode pods call pods";

/** By the gateway behind its load balancer, where Services are mirrored by one. */
export const linkerdWayIn: WayInOf = ({ gateway }) =>
  gateway === undefined
    ? { gateway: flat, balancer: flat }
    : { gateway: { workload: deployment(multiclusterNamespace, gatewayName) }, balancer: true };
