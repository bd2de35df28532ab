import { entryName, entryNamespace, ownerLabel, wayLabel } from "../../components/backends/loadbalancer/names";
import { addressOf } from "../common/balancer";
import type { LiveCluster } from "../common/check";
import type { KubeObject } from "../kube/client";

interface ServiceSpec {
  readonly type?: string;
  readonly externalName?: string;
  readonly ports?: readonly { readonly port: number; readonly nodePort?: number }[];
  readonly loadBalancerSourceRanges?: readonly string[];
}

/** A Service that the program made for an export, as it is found in a cluster. */
export interface SharedObject {
  readonly name: string;
  readonly namespace: string;
  readonly way: string | undefined;
  readonly spec: ServiceSpec;
  /** Where peers come in by it; undefined when nowhere. */
  readonly address: string | undefined;
}

/** What `cluster` holds of the Services that `owner` exports. */
export async function sharedObjects(cluster: LiveCluster, owner: string): Promise<SharedObject[]> {
  const services = await cluster.kube.list("v1", "Service", { labelSelector: `${ownerLabel}=${owner}` });
  return services.map((service) => sharedObject(service, cluster));
}

/** The Service of the cluster's HTTPS entry. */
export async function entryService(cluster: LiveCluster): Promise<SharedObject | undefined> {
  const service = await cluster.kube.get({
    apiVersion: "v1",
    kind: "Service",
    namespace: entryNamespace,
    name: entryName,
  });
  return service && sharedObject(service, cluster);
}

function sharedObject(service: KubeObject, cluster: LiveCluster): SharedObject {
  const { metadata, spec } = service;
  return {
    name: metadata.name,
    namespace: metadata.namespace ?? "default",
    way: metadata.labels?.[wayLabel],
    spec: (spec ?? {}) as ServiceSpec,
    address: addressOf(service, cluster),
  };
}
