import type { LabConfig } from "../../config/schema";
import { type Manifest, noMarks, type Share, type Sharing } from "../../demo/share";
import { clusterSetHost, serviceExport } from "../cluster-set";
import { globalCidr, podCidrOf } from "./addresses";

/**
 * What Submariner shares, and how: Services with a ServiceExport of their name, under one name for the whole cluster set.
 * Lighthouse answers with the own cluster's instances while there are any, and else with one of the others'.
 */
export function submarinerSharing(config: Partial<LabConfig>): Sharing {
  return {
    membership: { namespace: noMarks, pods: noMarks },
    affinities: ["local"],
    limits: "Lighthouse prefers the caller's own cluster, and nothing tells it otherwise",
    accessControl: "NetworkPolicy, by labels within the cluster and by addresses of the other clusters' pods",
    exportService: (share) => ({
      host: clusterSetHost(share),
      labels: {},
      annotations: {},
      phantoms: [],
      objects: share.from.flatMap((cluster) => [
        { cluster, manifest: serviceExport(share) },
        ...onlyFor(share, cluster, config).map((manifest) => ({ cluster, manifest })),
      ]),
      setup: "a `ServiceExport` of the same name",
    }),
  };
}

/** Labels end at the cluster's border: of the peers' pods a policy knows the addresses alone. */
function onlyFor(share: Share, owner: string, config: Partial<LabConfig>): Manifest[] {
  const { name, namespace, targetPort, clients, from, to } = share;
  if (!clients) return [];
  const callers = [...from, ...to].filter((cluster) => cluster !== owner);
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
              ...callers.map((cluster) => ({ ipBlock: { cidr: sourceOf(cluster, config) } })),
            ],
            ports: [{ port: targetPort, protocol: "TCP" }],
          },
        ],
      },
    },
  ];
}

/** The addresses with which pods of a cluster arrive. */
function sourceOf(cluster: string, { clusters = [], submariner }: Partial<LabConfig>): string {
  if (submariner?.globalnet) return globalCidr({ clusters }, cluster);
  const found = clusters.find(({ name }) => name === cluster);
  if (!found) throw new Error(`there is no cluster ${cluster}`);
  return podCidrOf(found);
}
