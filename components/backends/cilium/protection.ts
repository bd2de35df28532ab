import { type ExportObject, noMetadata } from "../../plan/objects";
import type { Admission, Protection } from "../../plan/protection";
import { denyAll } from "../common/network-policies";

/**
 * Nobody but the callers, by the accounts and clusters of their identities. People come in by a load balancer and a node:
 * from outside, or with the address of the node that passed them on. The kubelet of the own node is always let in.
 */
export function protectPods(admissions: readonly Admission[]): Protection {
  return { namespace: noMetadata, objects: [...denyAll(admissions), ...admissions.map(onlyFor)] };
}

function onlyFor({ cluster, name, namespace, port, callers, people }: Admission): ExportObject {
  const toPorts = [{ ports: [{ port: String(port), protocol: "TCP" }] }];
  return {
    cluster,
    manifest: {
      apiVersion: "cilium.io/v2",
      kind: "CiliumNetworkPolicy",
      metadata: { name, namespace },
      spec: {
        endpointSelector: { matchLabels: { app: name } },
        ingress: [
          ...(callers.length > 0
            ? [{ fromEndpoints: callers.map((caller) => identityOf(caller, namespace)), toPorts }]
            : []),
          ...(people ? [{ fromEntities: ["world", "remote-node"], toPorts }] : []),
        ],
      },
    },
  };
}

/** Without the cluster's label a policy would mean pods of the own cluster alone. */
function identityOf({ account, clusters }: Admission["callers"][number], namespace: string) {
  return {
    matchLabels: {
      "k8s:io.kubernetes.pod.namespace": namespace,
      "k8s:io.cilium.k8s.policy.serviceaccount": account,
    },
    matchExpressions: [{ key: "k8s:io.cilium.k8s.policy.cluster", operator: "In", values: [...clusters] }],
  };
}
