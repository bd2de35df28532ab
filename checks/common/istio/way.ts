import type { KubeProber, PodRef } from "../../kube/client";

/** Container of a sidecar, and of a gateway. */
export const proxyContainer = "istio-proxy";

/** A place to which a sidecar has made connections. */
export interface Endpoint {
  /** Address and port. */
  readonly address: string;
  /** Connections that it has made to it so far. */
  readonly connections: number;
}

/**
 * Where a pod's sidecar sends what is for a Service: its own counts (Envoy, administration interface, `/clusters`). Empty
 * where the pod has no sidecar, or the sidecar knows no such Service.
 */
export async function endpointsOf(kube: KubeProber, pod: PodRef, host: string, port: number): Promise<Endpoint[]> {
  const asked = await kube
    .exec(pod, proxyContainer, ["pilot-agent", "request", "GET", "clusters"])
    .catch(() => undefined);
  const prefix = `outbound|${port}||${host}::`;
  return (asked?.stdout ?? "").split("\n").flatMap((line) => {
    if (!line.startsWith(prefix)) return [];
    const [address = "", count = "", value] = line.slice(prefix.length).split("::");
    return count === "cx_total" ? [{ address, connections: Number(value) }] : [];
  });
}

/** The endpoints that got a connection between two looks. */
export function usedSince(before: readonly Endpoint[], after: readonly Endpoint[]): string[] {
  const earlier = new Map(before.map(({ address, connections }) => [address, connections]));
  return after
    .filter(({ address, connections }) => connections > (earlier.get(address) ?? 0))
    .map(({ address }) => address)
    .sort();
}
