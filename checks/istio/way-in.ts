import { gatewayName, istioNamespace } from "../../components/backends/common/istio/names";
import { hboneGateway } from "../../components/backends/istio/names";
import type { WayInOf } from "../common/way-in";
import { deployment } from "../common/workloads";

const podToPod = "calls of peers come to the pods themselves";

/** By the east-west gateway, behind its load balancer; on one network by neither. */
export const istioWayIn: WayInOf = ({ gateway, carrier }) =>
  gateway === undefined
    ? { gateway: podToPod, balancer: podToPod }
    : {
        gateway: { workload: deployment(istioNamespace, carrier === undefined ? gatewayName : hboneGateway) },
        balancer: true,
      };
