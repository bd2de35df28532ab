import type * as pulumi from "@pulumi/pulumi";
import { orderedPairs } from "../base/pairs";
import type { Cluster } from "../cluster/cluster";
import type { EksCluster } from "../cluster/eks-cluster";
import { calisti } from "./calisti/backend";
import { cilium } from "./cilium/backend";
import type { Backend, BackendContext, CniContext, Installed } from "./common/backend";
import { istio } from "./istio/backend";
import { linkerd } from "./linkerd/backend";
import { loadBalancer } from "./loadbalancer/backend";
import type { BackendName } from "./profiles";
import { submariner } from "./submariner/backend";

/** A backend as the lab drives it. */
export interface BackendDriver {
  /** Phase 0, before there are nodes; nothing where the CNI is AWS's. */
  installCni(cluster: EksCluster, context: CniContext<unknown>, parent: pulumi.Resource): pulumi.Resource[];
  /** Installs the backend on every cluster and joins each with each. */
  join(clusters: readonly Cluster[], context: BackendContext<unknown>, parent: pulumi.Resource): Joined;
}

/** All clusters with the backend on them. */
export interface Joined {
  /** In the order of the clusters that were given. */
  readonly installed: readonly Installed[];
  /** Outlives the Services that are exported. */
  readonly joins: readonly pulumi.Resource[];
}

/** The components of every backend. */
export const backends: Readonly<Record<BackendName, BackendDriver>> = {
  istio: driverOf(istio),
  linkerd: driverOf(linkerd),
  cilium: driverOf(cilium),
  submariner: driverOf(submariner),
  calisti: driverOf(calisti),
  loadbalancer: driverOf(loadBalancer),
};

/** Keeps what a backend's phases exchange to itself, so that backends of different kinds fit into one map. */
function driverOf<I extends Installed>(backend: Backend<unknown, I>): BackendDriver {
  return {
    installCni: (cluster, context, parent) => backend.installCni?.(cluster, context, parent) ?? [],
    join: (clusters, context, parent) => {
      const installed = clusters.map((cluster) => backend.install(cluster, context, parent));
      backend.joinAll?.(installed, context, parent);
      const joins = orderedPairs(installed).flatMap(
        ([here, peer]) => backend.joinPair?.(here, peer, context, parent) ?? [],
      );
      return { installed, joins };
    },
  };
}
