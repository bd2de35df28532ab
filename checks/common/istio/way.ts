import type { KubeProber, PodRef } from "../../kube/client";

/** Container of a sidecar, and of a gateway. */
export const proxyContainer = "istio-proxy";

/** A place to which a sidecar has made connections. */
export interface Endpoint {
  /** Address and port. */
  readonly address: string;
  /** Connections that it has made to it so far. */
  readonly connections: number;
  /** Whether it is called: it has not been left out for calls that failed. */
  readonly healthy: boolean;
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
  const said = new Map<string, Map<string, string>>();
  for (const line of (asked?.stdout ?? "").split("\n").filter((each) => each.startsWith(prefix))) {
    const [address = "", name = "", value = ""] = line.slice(prefix.length).split("::");
    said.set(address, (said.get(address) ?? new Map()).set(name, value));
  }
  return [...said]
    .filter(([, counts]) => counts.has("cx_total"))
    .map(([address, counts]) => ({
      address,
      connections: Number(counts.get("cx_total")),
      healthy: counts.get("health_flags") === "healthy",
    }));
}

/** The endpoints that got a connection between two looks. */
export function usedSince(before: readonly Endpoint[], after: readonly Endpoint[]): string[] {
  const earlier = new Map(before.map(({ address, connections }) => [address, connections]));
  return after
    .filter(({ address, connections }) => connections > (earlier.get(address) ?? 0))
    .map(({ address }) => address)
    .sort();
}
