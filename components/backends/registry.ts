import type * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../cluster/cluster";
import type { Network } from "../network/network";
import { orderedPairs } from "../plan/pairs";
import type { Backend, BackendContext, CniContext, Installed } from "./backend";
import { calisti } from "./calisti/backend";
import { cilium } from "./cilium/backend";
import { istio } from "./istio/backend";
import { linkerd } from "./linkerd/backend";
import { loadBalancer } from "./loadbalancer/backend";
import type { BackendName } from "./names";
import { submariner } from "./submariner/backend";

/** A backend as the lab drives it. */
export interface Joiner {
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
function joiner<I extends Installed>(backend: Backend<I>): Joiner {
  return {
    installCni: (cluster, network, context, parent) => backend.installCni?.(cluster, network, context, parent) ?? [],
    join: (sites, context, parent) => {
      const installed = sites.map(({ cluster, network }) => backend.install(cluster, network, context, parent));
      backend.meet?.(installed, context, parent);
      const joins = orderedPairs(installed).flatMap(
        ([here, peer]) => backend.join?.(here, peer, context, parent) ?? [],
      );
      return { installed, joins };
    },
  };
}

/** The implementation of every backend. */
export const backends: Readonly<Record<BackendName, Joiner>> = {
  istio: joiner(istio),
  linkerd: joiner(linkerd),
  calisti: joiner(calisti),
  loadbalancer: joiner(loadBalancer),
  submariner: joiner(submariner),
  cilium: joiner(cilium),
};
