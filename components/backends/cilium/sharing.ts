import { type Manifest, noMarks, type Share, type Sharing } from "../../demo/share";

/** Makes Services of one name and namespace one service in the whole mesh (Cilium docs, network/clustermesh/services). */
export const globalAnnotation = "service.cilium.io/global";
/** Which instances of a global service are called while there are any. */
export const affinityAnnotation = "service.cilium.io/affinity";

/** What Cilium shares, and how: Services with an annotation, which every caller's cluster must have too, pods or none. */
export const ciliumSharing: Sharing = {
  membership: { namespace: noMarks, pods: noMarks },
  affinities: ["spread", "local"],
  accessControl: "CiliumNetworkPolicy, by the accounts and clusters of the callers' identities",
  share: (share) => ({
    host: `${share.service}.${share.namespace}.svc.cluster.local`,
    labels: {},
    annotations: {
      [globalAnnotation]: "true",
      ...(share.global && share.affinity === "local" ? { [affinityAnnotation]: "local" } : {}),
    },
    phantoms: share.consumers,
    objects: share.owners.flatMap((cluster) => onlyFor(share).map((manifest) => ({ cluster, manifest }))),
    setup: `annotation \`${globalAnnotation}: "true"\`${
      share.global ? "" : ", and the same Service without a selector where it is called"
    }`,
  }),
};

/** Only these accounts. Without the cluster's label a policy would mean pods of the own cluster alone. */
function onlyFor({ service, namespace, targetPort, clients, owners, consumers }: Share): Manifest[] {
  if (!clients) return [];
  return [
    {
      apiVersion: "cilium.io/v2",
      kind: "CiliumNetworkPolicy",
      metadata: { name: service, namespace },
      spec: {
        endpointSelector: { matchLabels: { app: service } },
        ingress: [
          {
            fromEndpoints: clients.map((account) => ({
              matchLabels: {
                "k8s:io.kubernetes.pod.namespace": namespace,
                "k8s:io.cilium.k8s.policy.serviceaccount": account,
              },
              matchExpressions: [
                {
                  key: "k8s:io.cilium.k8s.policy.cluster",
                  operator: "In",
                  values: [...owners, ...consumers],
                },
              ],
            })),
            toPorts: [{ ports: [{ port: String(targetPort), protocol: "TCP" }] }],
          },
        ],
      },
    },
  ];
}
