import type { PartialBackendConfig } from "../../plan/backend-profile";
import type { ExportedService, Manifest, Metadata, ServiceExporter } from "../../plan/exports";
import { exportLabel, isFlat, type LinkerdMode, mirrorName } from "./modes";
import { clusterDomain, controlNamespace, gatewayIdentity } from "./names";
import type { LinkerdSettings } from "./settings";

const injected: Metadata = { labels: {}, annotations: { "linkerd.io/inject": "enabled" } };

/** What Linkerd exports, and how: Services with a label, mirrored into the peers under names of their own. */
export function linkerdExporter(config: PartialBackendConfig<LinkerdSettings>): ServiceExporter {
  const mode = config.own?.mode ?? "gateway";
  return {
    membership: { namespace: injected, pods: injected },
    // Federated Services call the peers' pods themselves.
    affinities: config.interconnect === "internet" ? [] : ["spread"],
    limits:
      config.interconnect === "internet"
        ? "federated Services need pods that reach each other (interconnect: peering)"
        : "its proxies choose by latency, wherever an instance is",
    accessControl: "Server and AuthorizationPolicy, by the accounts in the callers' certificates",
    exportService: (exported) => {
      const way: LinkerdMode = exported.global ? "federated" : mode;
      const labels = exportLabel(way);
      return {
        host: mirrorName(exported.name, exported.namespace, exported.from[0] ?? "", way),
        labels,
        annotations: {},
        selectorless: [],
        objects: exported.from.flatMap((cluster) => onlyFor(exported, way).map((manifest) => ({ cluster, manifest }))),
        setup: Object.entries(labels)
          .map(([label, value]) => `label \`${label}: ${value}\``)
          .join(", "),
      };
    },
  };
}

/**
 * Only these accounts. Through a gateway the caller is the gateway, which lets in whoever is in the mesh; pod to pod it is
 * the caller itself.
 */
function onlyFor({ name, namespace, targetPort, clients }: ExportedService, way: LinkerdMode): Manifest[] {
  if (!clients) return [];
  const metadata = { name, namespace };
  const accounts = clients.map(
    (account) => `${account}.${namespace}.serviceaccount.identity.${controlNamespace}.${clusterDomain}`,
  );
  return [
    {
      apiVersion: "policy.linkerd.io/v1beta3",
      kind: "Server",
      metadata,
      spec: { podSelector: { matchLabels: { app: name } }, port: targetPort, proxyProtocol: "opaque" },
    },
    {
      apiVersion: "policy.linkerd.io/v1alpha1",
      kind: "MeshTLSAuthentication",
      metadata,
      spec: { identities: isFlat(way) ? accounts : [...accounts, gatewayIdentity] },
    },
    {
      apiVersion: "policy.linkerd.io/v1alpha1",
      kind: "AuthorizationPolicy",
      metadata,
      spec: {
        targetRef: { group: "policy.linkerd.io", kind: "Server", name },
        requiredAuthenticationRefs: [{ group: "policy.linkerd.io", kind: "MeshTLSAuthentication", name }],
      },
    },
  ];
}
