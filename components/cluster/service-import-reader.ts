import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** Of the role and its binding, as Cilium's documentation calls them (network/clustermesh/mcsapi). */
export const serviceImportRole = "coredns-mcsapi";

/** Lets the cluster's DNS read ServiceImports, besides what the add-on lets it read. */
export function serviceImportReader(name: string, opts: pulumi.CustomResourceOptions): pulumi.Resource[] {
  const role = new k8s.rbac.v1.ClusterRole(
    `${name}-dns-service-imports`,
    {
      metadata: { name: serviceImportRole },
      rules: [{ apiGroups: ["multicluster.x-k8s.io"], resources: ["serviceimports"], verbs: ["list", "watch"] }],
    },
    opts,
  );
  const binding = new k8s.rbac.v1.ClusterRoleBinding(
    `${name}-dns-service-imports`,
    {
      metadata: { name: serviceImportRole },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role.metadata.name },
      // The add-on's account, which comes after this; a binding does not ask whether it is there.
      subjects: [{ kind: "ServiceAccount", name: "coredns", namespace: "kube-system" }],
    },
    opts,
  );
  return [role, binding];
}
