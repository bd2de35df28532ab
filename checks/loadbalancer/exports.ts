import { entryName, entryNamespace, ownerLabel, wayLabel } from "../../components/backends/loadbalancer/names";
import type { LiveCluster } from "../common/check";
import type { KubeObject } from "../kube/client";

interface ServiceSpec {
  readonly type?: string;
  readonly externalName?: string;
  readonly loadBalancerSourceRanges?: readonly string[];
}

interface LoadBalancerStatus {
  readonly loadBalancer?: { readonly ingress?: readonly { readonly hostname?: string; readonly ip?: string }[] };
}

/** A Service that the program made for an export, as it is found in a cluster. */
export interface SharedObject {
  readonly name: string;
  readonly namespace: string;
  readonly way: string | undefined;
  readonly spec: ServiceSpec;
  /** Of its load balancer, if it has one. */
  readonly address: string | undefined;
}

/** What `cluster` holds of the Services that `owner` exports. */
export async function sharedObjects(cluster: LiveCluster, owner: string): Promise<SharedObject[]> {
  const services = await cluster.kube.list("v1", "Service", { labelSelector: `${ownerLabel}=${owner}` });
  return services.map(sharedObject);
}

/** The Service of the cluster's HTTPS entry. */
export async function entryService({ kube }: LiveCluster): Promise<SharedObject | undefined> {
  const service = await kube.get({ apiVersion: "v1", kind: "Service", namespace: entryNamespace, name: entryName });
  return service && sharedObject(service);
}

function sharedObject({ metadata, spec, status }: KubeObject): SharedObject {
  const [ingress] = (status as LoadBalancerStatus | undefined)?.loadBalancer?.ingress ?? [];
  return {
    name: metadata.name,
    namespace: metadata.namespace ?? "default",
    way: metadata.labels?.[wayLabel],
    spec: (spec ?? {}) as ServiceSpec,
    address: ingress?.hostname ?? ingress?.ip,
  };
}
