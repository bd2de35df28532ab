import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../../cluster/cluster";

/** A kubeconfig that leads to `cluster` with a token: secret. As JSON, which is YAML too. */
export function tokenKubeconfig(cluster: Cluster, token: pulumi.Output<string>): pulumi.Output<string> {
  const { name } = cluster.plan;
  return pulumi.all([cluster.endpoint, cluster.certificateAuthority, token]).apply(([server, authority, bearer]) =>
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name, cluster: { server, "certificate-authority-data": authority } }],
      users: [{ name, user: { token: bearer } }],
      contexts: [{ name, context: { cluster: name, user: name } }],
      "current-context": name,
    }),
  );
}
