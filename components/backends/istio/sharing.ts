import type { Mistake } from "../../config/mistakes";
import type { LabConfig } from "../../config/schema";
import { sharesOf } from "../../demo/plan";
import type { Manifest, Share, Sharing } from "../../demo/share";

/** Services of one name and namespace are one service in the whole mesh. */
export function meshHost({ service, namespace }: Pick<Share, "service" | "namespace">): string {
  return `${service}.${namespace}.svc.cluster.local`;
}

/** What Istio shares, and how: every Service that the gateways expose, under its ordinary name. */
export const istioSharing: Sharing = {
  meshNamespace: { labels: { "istio-injection": "enabled" }, annotations: {} },
  affinities: ["spread", "local"],
  accessControl: true,
  share: (share) => ({
    host: meshHost(share),
    labels: {},
    annotations: {},
    objects: [
      ...(share.clients
        ? share.owners.map((cluster) => ({ cluster, manifest: onlyFor(share, share.clients ?? []) }))
        : []),
      ...(share.global && share.affinity === "local"
        ? share.owners.map((cluster) => ({ cluster, manifest: localFirst(share) }))
        : []),
    ],
    setup: share.global
      ? "the same Service on every cluster"
      : "none: sidecars answer for names of Services that are elsewhere",
  }),
};

/** Only these accounts, as their certificates say it; on both sides of the gateway, which passes certificates on. */
function onlyFor({ service, namespace, targetPort }: Share, clients: readonly string[]): Manifest {
  return {
    apiVersion: "security.istio.io/v1",
    kind: "AuthorizationPolicy",
    metadata: { name: service, namespace },
    spec: {
      selector: { matchLabels: { app: service } },
      action: "ALLOW",
      rules: [
        {
          from: [{ source: { principals: clients.map((account) => `cluster.local/ns/${namespace}/sa/${account}`) } }],
          to: [{ operation: { ports: [String(targetPort)] } }],
        },
      ],
    },
  };
}

/** Calls stay on their network while it has instances; Istio fails over only where it sees instances fail. */
function localFirst(share: Share): Manifest {
  return {
    apiVersion: "networking.istio.io/v1",
    kind: "DestinationRule",
    metadata: { name: share.service, namespace: share.namespace },
    spec: {
      host: meshHost(share),
      trafficPolicy: {
        loadBalancer: { localityLbSetting: { enabled: true, failoverPriority: ["topology.istio.io/network"] } },
        outlierDetection: { consecutive5xxErrors: 5, interval: "10s", baseEjectionTime: "30s" },
      },
    },
  };
}

/** The gateways must let through what the demo shares. */
export function hiddenShares(config: Partial<LabConfig>): Mistake[] {
  const { istio, clusters, demo } = config;
  if (!istio || !demo || !clusters || clusters.length < 2 || istio.exposedHosts.includes("*.local")) return [];
  const hidden = sharesOf(config as LabConfig, istioSharing)
    .map(meshHost)
    .filter((host) => !istio.exposedHosts.includes(host));
  if (hidden.length === 0) return [];
  return [
    {
      key: "istio.exposedHosts",
      given: istio.exposedHosts.join(", "),
      problem: `the gateways hide what the demo shares: ${hidden.join(", ")}`,
      fix: 'Add them, use "*.local", or set demo.enabled to false.',
    },
  ];
}
