import type { KubeObject } from "../kube/client";
import type { LiveCluster } from "./check";

interface WayInService {
  readonly spec?: {
    readonly type?: string;
    readonly ports?: readonly { readonly port: number; readonly nodePort?: number }[];
  };
  readonly status?: {
    readonly loadBalancer?: { readonly ingress?: readonly { readonly hostname?: string; readonly ip?: string }[] };
  };
}

/** Where callers come in by a Service: at its load balancer's address, or at those of node ports; undefined when nowhere. */
export function addressOf(service: KubeObject, { addresses }: Pick<LiveCluster, "addresses">): string | undefined {
  const { spec, status } = service as unknown as WayInService;
  if (spec?.type === "NodePort") return addresses?.[0];
  const [ingress] = status?.loadBalancer?.ingress ?? [];
  return ingress?.hostname ?? ingress?.ip;
}

/** By which port callers come in where the Service has `port`: its own, or the node port. */
export function portAt({ gatewayPorts = {} }: Pick<LiveCluster, "gatewayPorts">, port: number): number {
  return gatewayPorts[port] ?? port;
}

interface BalancerFinding {
  /** Undefined when there is none. */
  readonly service: KubeObject | undefined;
  /** Host name or address, as its status has it. */
  readonly address: string | undefined;
  /** For a verdict; all false when nothing is wrong. */
  readonly problems: readonly (string | false)[];
}

/** The Service by which peers come in, and whether it has the address and the ports that the outputs name. */
export async function readBalancer(cluster: LiveCluster, namespace: string, name: string): Promise<BalancerFinding> {
  const service = await cluster.kube.get({ apiVersion: "v1", kind: "Service", namespace, name });
  if (!service) return { service, address: undefined, problems: [`there is no Service ${namespace}/${name}`] };
  const address = addressOf(service, cluster);
  const { ports = [] } = (service as unknown as WayInService).spec ?? {};
  return {
    service,
    address,
    problems: [
      address === undefined && "its load balancer has no address",
      address !== undefined &&
        address !== cluster.gateway &&
        `its address is ${address}, the outputs say ${cluster.gateway}`,
      ...ports.map(({ port, nodePort }) => {
        const said = portAt(cluster, port);
        return said !== port && said !== nodePort && `the node port of ${port} is ${nodePort}, the outputs say ${said}`;
      }),
    ],
  };
}
