/** Kubernetes' own NetworkPolicies, for backends whose network enforces them. */
import type { ExportObject, Manifest } from "../../plan/objects";
import type { Admission } from "../../plan/protection";

/** Who a policy lets in, besides pods of the own cluster: addresses. */
export interface Peer {
  /** In CIDR notation. */
  readonly ipBlock: { readonly cidr: string };
}

/** Of the policy that lets nobody in: others add to it. */
export const denyByDefault = "deny-by-default";

/** On every cluster with pods of the namespace: who is not let in by another policy is let in nowhere. */
export function denyAll(admissions: readonly Admission[]): ExportObject[] {
  const places = new Map(admissions.map(({ cluster, namespace }) => [cluster, namespace]));
  return [...places].map(([cluster, namespace]) => ({
    cluster,
    manifest: policy(denyByDefault, namespace, { podSelector: {}, policyTypes: ["Ingress"] }),
  }));
}

/**
 * Lets the callers in: those of the own cluster by their labels, others by the addresses with which they arrive.
 *
 * @param others undefined when everybody is let in, since callers cannot be told apart
 */
export function admit(admission: Admission, others: readonly Peer[] | undefined): ExportObject {
  const { cluster, name, namespace, port, callers } = admission;
  const here = callers
    .filter(({ clusters }) => clusters.includes(cluster))
    .map(({ account: app }) => ({ podSelector: { matchLabels: { app } } }));
  const from = others && { from: [...here, ...others] };
  return {
    cluster,
    manifest: policy(name, namespace, {
      podSelector: { matchLabels: { app: name } },
      policyTypes: ["Ingress"],
      ingress: [{ ...from, ports: [{ port, protocol: "TCP" }] }],
    }),
  };
}

/** Clusters besides its own from which a service is called. */
export function callersElsewhere({ cluster, callers }: Admission): string[] {
  return [...new Set(callers.flatMap(({ clusters }) => clusters))].filter((name) => name !== cluster);
}

function policy(name: string, namespace: string, spec: Readonly<Record<string, unknown>>): Manifest {
  return { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name, namespace }, spec };
}
