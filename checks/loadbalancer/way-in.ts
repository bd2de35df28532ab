import type { WayInOf } from "../common/way-in";

/** By a load balancer for each Service; the ingress controller is in nobody's way who calls Redis or a stand-in. */
export const loadBalancerWayIn: WayInOf = () => ({
  gateway: "load balancers lead to the pods that are called themselves",
  balancer: true,
});
