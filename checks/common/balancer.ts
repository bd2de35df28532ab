import type { KubeObject } from "../kube/client";
import type { LiveCluster } from "./check";

interface LoadBalancerStatus {
  readonly loadBalancer?: { readonly ingress?: readonly { readonly hostname?: string; readonly ip?: string }[] };
}

interface BalancerFinding {
  /** Undefined when there is none. */
  readonly service: KubeObject | undefined;
  /** Host name or address, as its status has it. */
  readonly address: string | undefined;
  /** For a verdict; all false when nothing is wrong. */
  readonly problems: readonly (string | false)[];
}

/** The Service of a load balancer, and whether it has the address that the outputs name. */
export async function readBalancer(cluster: LiveCluster, namespace: string, name: string): Promise<BalancerFinding> {
  const service = await cluster.kube.get({ apiVersion: "v1", kind: "Service", namespace, name });
  if (!service) return { service, address: undefined, problems: [`there is no Service ${namespace}/${name}`] };
  const [ingress] = (service.status as LoadBalancerStatus).loadBalancer?.ingress ?? [];
  const address = ingress?.hostname ?? ingress?.ip;
  return {
    service,
    address,
    problems: [
      address === undefined && "its load balancer has no address",
      address !== undefined &&
        address !== cluster.gateway &&
        `its address is ${address}, the outputs say ${cluster.gateway}`,
    ],
  };
}
