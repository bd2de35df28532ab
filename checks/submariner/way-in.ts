import { operatorNamespace } from "../../components/backends/submariner/names";
import type { WayInOf } from "../common/way-in";
import { daemonSet } from "../common/workloads";
import { readGateways } from "./gateways";

/** By the tunnel that ends on the active gateway; another node stands by where there is one. */
export const submarinerWayIn: WayInOf = async (cluster) => {
  const active = (await readGateways(cluster)).find(({ status }) => status.haStatus === "active");
  return {
    gateway: { workload: daemonSet(operatorNamespace, "submariner-gateway"), node: active?.name },
    balancer: "tunnels lead to a node",
  };
};
