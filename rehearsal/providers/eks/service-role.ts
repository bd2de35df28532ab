import { createHash } from "node:crypto";
import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";

/** What the role is for and what it carries. */
export interface ServiceRoleArgs {
  /** Who may assume the role, e.g. `eks.amazonaws.com`. */
  readonly service: string;
  readonly description: string;
  readonly assumeRoleActions: readonly string[];
  /** Policies to attach; attachments are named after the id, whatever the partition. */
  readonly managedPolicyArns: readonly { readonly id: string; readonly arn: pulumi.Input<string> }[];
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** The component's role for an AWS service, with its managed policies. */
export class ServiceRole extends pulumi.ComponentResource {
  public readonly directRole: iam.Role;
  /** The role, known once every policy is attached. */
  public readonly resolvedRole: pulumi.Output<iam.Role>;

  constructor(name: string, args: ServiceRoleArgs, opts: pulumi.ComponentResourceOptions) {
    super("eks:index:ServiceRole", name, args, opts);
    this.directRole = new iam.Role(
      `${name}-role`,
      {
        description: args.description,
        assumeRolePolicy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Action: args.assumeRoleActions, Effect: "Allow", Principal: { Service: [args.service] } }],
        }),
        tags: args.tags,
      },
      { parent: this },
    );
    const attachments = args.managedPolicyArns.map(
      ({ id, arn }) =>
        new iam.RolePolicyAttachment(
          `${name}-${shortHash(id)}`,
          { policyArn: arn, role: this.directRole },
          { parent: this },
        ),
    );
    this.resolvedRole = pulumi
      .all([this.directRole.arn, ...attachments.map((attachment) => attachment.id)])
      .apply(() => this.directRole);
    this.registerOutputs({ resolvedRole: this.resolvedRole, directRole: this.directRole });
  }
}

function shortHash(text: string): string {
  return createHash("sha1").update(text).digest("hex").slice(0, 8);
}
