/** How a program reaches a cluster that the eks component made: with tokens from `aws eks get-token`. */
import type * as eks from "@pulumi/aws/eks";
import * as pulumi from "@pulumi/pulumi";

/** Which credentials the `aws` command takes instead of the ambient ones. */
export interface Credentials {
  readonly roleArn?: pulumi.Input<string>;
  readonly profileName?: pulumi.Input<string>;
}

/** A kubeconfig for `cluster`, its region taken from its ARN. It holds no credential. */
export function kubeconfig(cluster: eks.Cluster, credentials?: pulumi.Input<Credentials | undefined>) {
  return pulumi
    .all([cluster.name, cluster.endpoint, cluster.certificateAuthority, cluster.arn, credentials])
    .apply(([name, endpoint, authority, arn, options]) =>
      document({ name, endpoint, authority: authority.data, region: regionOf(arn) }, options),
    );
}

interface Reach {
  readonly name: string;
  readonly endpoint: string;
  readonly authority: string;
  readonly region: string;
}

function document(cluster: Reach, credentials?: pulumi.Unwrap<Credentials>) {
  const token = ["--region", cluster.region, "eks", "get-token", "--cluster-name", cluster.name, "--output", "json"];
  const role = credentials?.roleArn ? ["--role", credentials.roleArn] : [];
  const profile = credentials?.profileName ? ["--profile", credentials.profileName] : [];
  const execInfo = '{"apiVersion": "client.authentication.k8s.io/v1beta1"}';
  return {
    apiVersion: "v1",
    clusters: [
      {
        cluster: { server: cluster.endpoint, "certificate-authority-data": cluster.authority },
        name: "kubernetes",
      },
    ],
    contexts: [{ context: { cluster: "kubernetes", user: "aws" }, name: "aws" }],
    "current-context": "aws",
    kind: "Config",
    users: [
      {
        name: "aws",
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: "aws",
            args: [...token, ...role, ...profile],
            env: [{ name: "KUBERNETES_EXEC_INFO", value: execInfo }],
          },
        },
      },
    ],
  };
}

function regionOf(arn: string): string {
  // arn:partition:service:region:account:resource
  const [scheme, , , region] = arn.split(":");
  if (scheme !== "arn" || !region) throw new Error(`not the ARN of a cluster: ${arn}`);
  return region;
}
