import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Exposure } from "../plan/balancer";
import type { ClusterPlan } from "../plan/cluster";

/** A cluster, as the backend and the demo see it: whoever made it. */
export interface Cluster extends pulumi.Resource {
  /** Name, addresses and load balancers, for what comes onto it. */
  readonly plan: ClusterPlan;
  /** Kubernetes provider of this cluster. */
  readonly provider: k8s.Provider;
  /** With which whoever runs Pulumi administers it, where the lab made it. Secret. */
  readonly kubeconfig?: pulumi.Output<string>;
  /** URL of the API server, as peers reach it. */
  readonly endpoint: pulumi.Output<string>;
  /** Certificate by which the API server is known (PEM, base64). */
  readonly certificateAuthority: pulumi.Output<string>;
  /** Wait for these to run pods. */
  readonly nodes: pulumi.Resource[];
  /**
   * What must be there for anybody to get in.
   *
   * @param exposure of the load balancer by which they come. Default: to the nodes themselves
   */
  reachableAfter(exposure?: Exposure): pulumi.Resource[];
}
