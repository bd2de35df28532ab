import type * as pulumi from "@pulumi/pulumi";
import { orderedPairs } from "../base/pairs";
import type { Cluster } from "../cluster/cluster";
import type { Network } from "../network/network";
import { calisti } from "./calisti/backend";
import { cilium } from "./cilium/backend";
import type { Backend, BackendContext, CniContext, Installed } from "./common/backend";
import { istio } from "./istio/backend";
import { linkerd } from "./linkerd/backend";
import { loadBalancer } from "./loadbalancer/backend";
import type { BackendName } from "./names";
import { submariner } from "./submariner/backend";

/** A backend as the lab drives it. */
export interface BackendDriver {
  installCni(cluster: Cluster, network: Network, context: CniContext, parent: pulumi.Resource): pulumi.Resource[];
  /** Installs the backend on every cluster and joins each with each. */
  join(
    sites: readonly { readonly cluster: Cluster; readonly network: Network }[],
    context: BackendContext,
    parent: pulumi.Resource,
  ): Joined;
}

export interface Joined {
  readonly installed: readonly Installed[];
  /** Outlives the Services that are shared. */
  readonly joins: readonly pulumi.Resource[];
}

/** Keeps what a backend's phases exchange to itself, so that backends of different kinds fit into one map. */
function driverOf<I extends Installed>(backend: Backend<I>): BackendDriver {
  return {
    installCni: (cluster, network, context, parent) => backend.installCni?.(cluster, network, context, parent) ?? [],
    join: (sites, context, parent) => {
      const installed = sites.map(({ cluster, network }) => backend.install(cluster, network, context, parent));
      backend.joinAll?.(installed, context, parent);
      const joins = orderedPairs(installed).flatMap(
        ([here, peer]) => backend.joinPair?.(here, peer, context, parent) ?? [],
      );
      return { installed, joins };
    },
  };
}

/** The implementation of every backend. */
export const backends: Readonly<Record<BackendName, BackendDriver>> = {
  istio: driverOf(istio),
  linkerd: driverOf(linkerd),
  calisti: driverOf(calisti),
  loadbalancer: driverOf(loadBalancer),
  submariner: driverOf(submariner),
  cilium: driverOf(cilium),
};
