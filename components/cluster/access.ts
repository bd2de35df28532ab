import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { partitionOf } from "../base/regions";
import type { CommonConfig } from "../config/common";

/** Policies of EKS for access entries (EKS user guide, access-policy-permissions). */
const policies = { admin: "AmazonEKSClusterAdminPolicy", view: "AmazonEKSViewPolicy" } as const;

/** Who may use a cluster, and which. */
export interface AccessArgs {
  /** Name of the EKS cluster. */
  readonly cluster: pulumi.Input<string>;
  /** Its region, whose partition the policies are of. */
  readonly region: string;
  /** Rights by the ARNs of principals. */
  readonly access: CommonConfig["access"];
}

/** Access entries for principals besides the one that makes the cluster. EKS lets that one in by itself. */
export function accessEntries(name: string, args: AccessArgs, opts: pulumi.CustomResourceOptions): void {
  const { cluster: clusterName, region, access } = args;
  for (const [principalArn, rights] of Object.entries(access)) {
    // Account, kind, path and name: what is before is the same for all of a partition.
    const resource = `${name}-access-${principalArn.replace(/^.*::/, "")}`;
    const entry = new aws.eks.AccessEntry(resource, { clusterName, principalArn }, opts);
    new aws.eks.AccessPolicyAssociation(
      resource,
      {
        clusterName,
        principalArn: entry.principalArn,
        policyArn: `arn:${partitionOf(region)}:eks::aws:cluster-access-policy/${policies[rights]}`,
        accessScope: { type: "cluster" },
      },
      opts,
    );
  }
}
