import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** What a role is, and what it allows. */
export interface ServiceRoleArgs {
  /** Who may take it on, e.g. `ec2.amazonaws.com`. */
  readonly service: string;
  /** Names of AWS's own policies. */
  readonly policies: readonly string[];
  /** What it may do with EC2 beyond them, e.g. `ec2:DescribeVpcs`. Default: nothing. */
  readonly actions?: readonly string[];
}

/** What EKS itself may do with a cluster's instances, interfaces and load balancers (EKS user guide, cluster-iam-role). */
export const controlPlaneRole: ServiceRoleArgs = {
  service: "eks.amazonaws.com",
  policies: ["AmazonEKSClusterPolicy"],
};

/** What nodes may do: join the cluster, pull images, and give pods addresses of the VPC (EKS user guide, create-node-role). */
export const nodeRole: ServiceRoleArgs = {
  service: "ec2.amazonaws.com",
  policies: ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonEKS_CNI_Policy"],
};

/** An IAM role for a service of AWS. */
export class ServiceRole extends pulumi.ComponentResource {
  /** The role, for EKS and for instances to take on. */
  public readonly role: aws.iam.Role;
  /**
   * Whoever has the role needs them from its start to its end: without the CNI's policy, network interfaces of pods stay
   * behind.
   */
  public readonly attachments: aws.iam.RolePolicyAttachment[];

  constructor(
    name: string,
    { service, policies, actions = [] }: ServiceRoleArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:cluster:ServiceRole", name, {}, opts);
    this.role = new aws.iam.Role(
      name,
      {
        assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: service }),
        // What an interrupted `pulumi up` attached without noting it would keep the role for good.
        forceDetachPolicies: true,
      },
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
