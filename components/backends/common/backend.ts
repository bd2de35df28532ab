/** The contract between the lab and a backend's components. */
import type * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../../cluster/cluster";
import type { EksCluster } from "../../cluster/eks-cluster";
import type { NatAddresses } from "../../network/ingress-rules";
import type { BackendConfig } from "../../plan/backend-profile";
import type { ClusterPlan } from "../../plan/cluster";
import type { Trust } from "../../trust/trust";

/** What a backend is given to work with before there are nodes. */
export interface CniContext<Settings> {
  /** Name of the lab. */
  readonly lab: string;
  /** Common settings, those of this backend, and what the workload exports. */
  readonly config: BackendConfig<Settings>;
  /** All clusters of the lab. */
  readonly clusters: readonly ClusterPlan[];
  /** Issues what a cluster shows to its peers: intermediates, leaves, keys that all share. */
  readonly trust: Trust;
  /** Public addresses of all clusters' NAT gateways. */
  readonly natAddresses: NatAddresses;
}

/** What a backend is given to work with. */
export interface BackendContext<Settings> extends CniContext<Settings> {
  /** Name of the workload's namespace by cluster, known when it is there; empty when there is no workload. */
  readonly workloadNamespaces: ReadonlyMap<string, pulumi.Output<string>>;
}

/** A cluster with the backend on it, as its peers and the outputs see it. */
export interface Installed {
  /** The cluster itself, with its plan and its provider. */
  readonly cluster: Cluster;
  /** Host name or address at which peers come in, if there is one for all they want. */
  readonly gatewayAddress?: pulumi.Output<string> | undefined;
  /** The cluster whose control plane serves its proxies. Default: its own does. */
  readonly controlledFrom?: string | undefined;
  /** DaemonSet whose pods carry calls, where the workload's pods have no proxies. Default: they have, or nothing carries calls. */
  readonly carrier?: string | undefined;
  /** Wait for these to run pods that take part, and to make objects of the backend's kinds. */
  readonly ready: readonly pulumi.Resource[];
}

/**
 * A way to join clusters. `I` is what one cluster's installation hands to its peers: addresses, tokens, certificates.
 */
export interface Backend<Settings, I extends Installed> {
  /**
   * Phase 0, for backends whose profile says that the CNI is a chart: puts it on a cluster that has no nodes yet, so it
   * must not wait for pods.
   *
   * @returns what nodes wait for, and what outlives them on the way down
   */
  installCni?(cluster: EksCluster, context: CniContext<Settings>, parent: pulumi.Resource): pulumi.Resource[];
  /** Phase 1, for every cluster at once: namespaces, trust, charts. Must not wait for another cluster. */
  install(cluster: Cluster, context: BackendContext<Settings>, parent: pulumi.Resource): I;
  /** Phase 2, for backends whose clusters join in one place, or keep in one object what they must know of all peers. */
  joinAll?(installed: readonly I[], context: BackendContext<Settings>, parent: pulumi.Resource): void;
  /**
   * Phase 2, for every ordered pair: the small objects on `here` that let it reach `peer`.
   *
   * @returns what must outlive the Services that are exported
   */
  joinPair?(here: I, peer: I, context: BackendContext<Settings>, parent: pulumi.Resource): pulumi.Resource[];
}
