import type { WayInOf } from "../common/way-in";

const direct = "pods call pods";

/** From pod to pod: what peers reach by a load balancer tells them where pods are, and no call waits for it. */
export const ciliumWayIn: WayInOf = () => ({ gateway: direct, balancer: direct });
