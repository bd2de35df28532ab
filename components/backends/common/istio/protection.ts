/** What makes a mesh of Istio's kind refuse whoever it cannot name. */
import type { ExportObject, Manifest } from "../../../plan/objects";
import { noMetadata } from "../../../plan/objects";
import type { Admission, Protection } from "../../../plan/protection";

/**
 * Nothing in clear, and nobody but the callers, by the accounts in their certificates: the same on both sides of a gateway,
 * which passes certificates on. People come in to one port of one service, in clear. The kubelet's probes go to the
 * sidecar's agent, which asks the container itself.
 *
 * Proxies of several clusters may go by the objects of one: there each object is once, since all clusters admit the same callers.
 *
 * @param version of Istio's security API
 * @param controlledFrom the cluster by whose objects the proxies of a cluster go
 */
export function protectMesh(
  admissions: readonly Admission[],
  { version, controlledFrom }: { readonly version: string; readonly controlledFrom: (cluster: string) => string },
): Protection {
  const places = new Map(admissions.map(({ cluster, namespace }) => [controlledFrom(cluster), namespace]));
  const everywhere = [...places].flatMap(([cluster, namespace]): ExportObject[] => [
    {
      cluster,
      manifest: policy("PeerAuthentication", "strict", namespace, version, { mtls: { mode: "STRICT" } }),
    },
    // A policy without rules: who is let in by no other one is let in nowhere.
    { cluster, manifest: policy("AuthorizationPolicy", "deny-by-default", namespace, version, {}) },
  ]);
  return {
    namespace: noMetadata,
    objects: [
      ...everywhere,
      ...onceEach(admissions, controlledFrom).flatMap(({ cluster, admission }) =>
        [onlyFor(admission, version), ...door(admission, version)].map((manifest) => ({ cluster, manifest })),
      ),
    ],
  };
}

function onceEach(admissions: readonly Admission[], controlledFrom: (cluster: string) => string) {
  const placed = admissions.map((admission) => ({ cluster: controlledFrom(admission.cluster), admission }));
  return [...new Map(placed.map((each) => [`${each.cluster}/${each.admission.name}`, each])).values()];
}

function onlyFor({ name, namespace, port, callers, people }: Admission, version: string): Manifest {
  const principals = callers.map(({ account }) => `cluster.local/ns/${namespace}/sa/${account}`);
  return policy("AuthorizationPolicy", name, namespace, version, {
    selector: { matchLabels: { app: name } },
    action: "ALLOW",
    rules: [
      {
        ...(people ? {} : { from: [{ source: { principals } }] }),
        to: [{ operation: { ports: [String(port)] } }],
      },
    ],
  });
}

function door({ name, namespace, port, people }: Admission, version: string): Manifest[] {
  if (!people) return [];
  return [
    policy("PeerAuthentication", name, namespace, version, {
      selector: { matchLabels: { app: name } },
      mtls: { mode: "STRICT" },
      portLevelMtls: { [port]: { mode: "PERMISSIVE" } },
    }),
  ];
}

function policy(
  kind: "AuthorizationPolicy" | "PeerAuthentication",
  name: string,
  namespace: string,
  version: string,
  spec: Readonly<Record<string, unknown>>,
): Manifest {
  return { apiVersion: `security.istio.io/${version}`, kind, metadata: { name, namespace }, spec };
}
