import type { PartialBackendConfig } from "../../plan/backend-profile";
import { type ExportedService, type Manifest, noMetadata, type ServiceExporter } from "../../plan/exports";
import { clusterSetHost, serviceExport } from "../common/cluster-set";
import { podCidrOf } from "./addresses";
import type { SubmarinerSettings } from "./settings";

/**
 * What Submariner exports, and how: Services with a ServiceExport of their name, under one name for the whole cluster set.
 * Lighthouse answers with the own cluster's instances while there are any, and else with one of the others'.
 */
export function submarinerExporter(config: PartialBackendConfig<SubmarinerSettings>): ServiceExporter {
  return {
    membership: { namespace: noMetadata, pods: noMetadata },
    affinities: ["local"],
    limits: "Lighthouse prefers the caller's own cluster, and nothing tells it otherwise",
    accessControl: config.own?.globalnet
      ? "none: whoever comes to a global address arrives with the address of a gateway node"
      : "NetworkPolicy, by labels within the cluster and by addresses of the other clusters' pods",
    exportService: (exported) => ({
      host: clusterSetHost(exported),
      labels: {},
      annotations: {},
      selectorless: [],
      objects: exported.from.flatMap((cluster) => [
        { cluster, manifest: serviceExport(exported) },
        ...onlyFor(exported, cluster, config).map((manifest) => ({ cluster, manifest })),
      ]),
      setup: "a `ServiceExport` of the same name",
    }),
  };
}

/**
 * Labels end at the cluster's border: of the peers' pods a policy knows the addresses alone. With Globalnet not even these:
 * the Service behind a global address is one with an external IP, and on the way to those kube-proxy puts the gateway node's
 * address in place of the caller's (submariner, pkg/globalnet; kubernetes, pkg/proxy/iptables). A policy would shut the peers
 * out.
 */
function onlyFor(
  exported: ExportedService,
  owner: string,
  { clusters = [], own }: PartialBackendConfig<SubmarinerSettings>,
): Manifest[] {
  const { name, namespace, targetPort, clients, from, to } = exported;
  if (!clients || own?.globalnet) return [];
  const callers = clusters.filter((cluster) => cluster.name !== owner && [...from, ...to].includes(cluster.name));
  return [
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name, namespace },
      spec: {
        podSelector: { matchLabels: { app: name } },
        policyTypes: ["Ingress"],
        ingress: [
          {
            from: [
              ...clients.map((app) => ({ podSelector: { matchLabels: { app } } })),
              ...callers.map((cluster) => ({ ipBlock: { cidr: podCidrOf(cluster) } })),
            ],
            ports: [{ port: targetPort, protocol: "TCP" }],
          },
        ],
      },
    },
  ];
}
