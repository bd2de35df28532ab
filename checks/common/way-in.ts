import type { LiveCluster } from "./check";
import type { WorkloadRef } from "./workloads";

/** How calls of its peers come into a cluster: what can be taken out of their way. */
export interface WayIn {
  /** What keeps the pods running through which they come; a sentence that says why there are none. */
  readonly gateway: GatewayPods | string;
  /** Whether they come by a load balancer in front of the nodes; a sentence that says why not. */
  readonly balancer: true | string;
}

/** Pods that take calls of peers. */
export interface GatewayPods {
  /** What makes another when one goes. */
  readonly workload: WorkloadRef;
  /** The node on which the one is that works, where others stand by. Default: all of them work. */
  readonly node?: string | undefined;
}

/** Asked of a backend. */
export type WayInOf = (cluster: LiveCluster) => WayIn | Promise<WayIn>;
