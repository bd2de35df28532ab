import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** What nodes may do: join the cluster, pull images, and give pods addresses of the VPC (EKS user guide, create-node-role). */
const policies = ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonEKS_CNI_Policy"];

/** The IAM role of a cluster's nodes. */
export class NodeRole extends pulumi.ComponentResource {
  public readonly role: aws.iam.Role;
  /** Nodes need them from their start to their end: without the last one, network interfaces of pods stay behind. */
  public readonly attachments: aws.iam.RolePolicyAttachment[];

  /** @param actions what nodes may do with EC2 beyond these policies */
  constructor(name: string, actions: readonly string[], opts: pulumi.ComponentResourceOptions) {
    super("multicluster-lab:cluster:NodeRole", name, {}, opts);
    this.role = new aws.iam.Role(
      name,
      { assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "ec2.amazonaws.com" }) },
      { parent: this },
    );
    const { partition } = aws.getPartitionOutput({}, { parent: this });
    this.attachments = policies.map(
      (policy) =>
        new aws.iam.RolePolicyAttachment(
          `${name}-${policy}`,
          { role: this.role.name, policyArn: pulumi.interpolate`arn:${partition}:iam::aws:policy/${policy}` },
          { parent: this },
        ),
    );
    if (actions.length > 0) {
      const policy = new aws.iam.Policy(
        `${name}-cni`,
        {
          description: "What the CNI asks of EC2",
          policy: {
            Version: "2012-10-17",
            Statement: [{ Effect: "Allow", Action: [...actions], Resource: "*" }],
          },
        },
        { parent: this },
      );
      this.attachments.push(
        new aws.iam.RolePolicyAttachment(
          `${name}-cni`,
          { role: this.role.name, policyArn: policy.arn },
          { parent: this },
        ),
      );
    }
    this.registerOutputs({ arn: this.role.arn });
  }
}
