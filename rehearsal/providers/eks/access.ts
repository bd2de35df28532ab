import * as eks from "@pulumi/aws/eks";
import * as pulumi from "@pulumi/pulumi";

/** Who may use a cluster, in the component's terms. */
export interface AccessEntry {
  readonly principalArn: pulumi.Input<string>;
  readonly username?: pulumi.Input<string>;
  readonly kubernetesGroups?: pulumi.Input<pulumi.Input<string>[]>;
  readonly accessPolicies?: Record<string, pulumi.Input<AccessPolicyAssociation>>;
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  readonly type?: pulumi.Input<string>;
}

interface AccessPolicyAssociation {
  readonly policyArn: pulumi.Input<string>;
  readonly accessScope: pulumi.Input<{ readonly type: string; readonly namespaces?: string[] }>;
}

/** An EKS access entry each, named after its key, with its policies under it. */
export function grantAccess(
  name: string,
  cluster: eks.Cluster,
  entries: Record<string, AccessEntry>,
  parent: pulumi.Resource,
): eks.AccessEntry[] {
  const clusterName = cluster.name;
  return Object.entries(entries).map(([key, entry]) => {
    const { principalArn, username, kubernetesGroups, accessPolicies = {}, tags, type } = entry;
    const made = new eks.AccessEntry(
      `${name}-${key}`,
      { clusterName, principalArn, userName: username, kubernetesGroups, tags, type },
      { parent, dependsOn: [cluster] },
    );
    for (const [policy, association] of Object.entries(accessPolicies)) {
      const { policyArn, accessScope } = pulumi.output(association);
      new eks.AccessPolicyAssociation(
        `${name}-${key}-${policy}`,
        { clusterName, principalArn, policyArn, accessScope },
        { parent: made, dependsOn: [made] },
      );
    }
    return made;
  });
}
