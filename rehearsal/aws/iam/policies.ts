/** Policies: AWS's own, which exist in every account, and the account's. */
import type { AwsAccount, Item, Tags } from "../account/account";
import { AwsError } from "../account/errors";

/** A customer-managed policy; its id is its name. */
export interface Policy extends Item {
  kind: "iam-policy";
  path: string;
  policyId: string;
  description: string;
  document: string;
}

/**
 * Names of AWS-managed policies, with their path (IAM managed policy reference, EKS user guide). Those that a lab of EKS
 * clusters may want; an ARN with another name is refused as if AWS had no such policy.
 */
const managed = [
  "AmazonEKSClusterPolicy",
  "AmazonEKSServicePolicy",
  "AmazonEKSVPCResourceController",
  "AmazonEKSWorkerNodePolicy",
  "AmazonEKSWorkerNodeMinimalPolicy",
  "AmazonEKS_CNI_Policy",
  "AmazonEKSComputePolicy",
  "AmazonEKSBlockStoragePolicy",
  "AmazonEKSLoadBalancingPolicy",
  "AmazonEKSNetworkingPolicy",
  "AmazonEKSFargatePodExecutionRolePolicy",
  "AmazonEKSLocalOutpostClusterPolicy",
  "service-role/AmazonEBSCSIDriverPolicy",
  "service-role/AmazonEFSCSIDriverPolicy",
  "AmazonEC2ContainerRegistryReadOnly",
  "AmazonEC2ContainerRegistryPullOnly",
  "AmazonEC2ContainerRegistryPowerUser",
  "AmazonSSMManagedInstanceCore",
  "CloudWatchAgentServerPolicy",
  "AWSXRayDaemonWriteAccess",
  "AmazonS3ReadOnlyAccess",
  "AmazonS3FullAccess",
  "AmazonRoute53FullAccess",
  "AmazonVPCFullAccess",
  "AmazonEC2FullAccess",
  "AmazonEC2ReadOnlyAccess",
  "ElasticLoadBalancingFullAccess",
  "AdministratorAccess",
  "PowerUserAccess",
  "ReadOnlyAccess",
];

const managedArns = new Set(managed.map((name) => `arn:aws:iam::aws:policy/${name}`));

/** @throws AwsError NoSuchEntity unless the policy is AWS's or the account's */
export function requirePolicy(account: AwsAccount, arn: string): void {
  if (managedArns.has(arn) || policyByArn(account, arn)) return;
  throw new AwsError("NoSuchEntity", `Policy ${arn} does not exist or is not attachable.`, "policy-known");
}

/** A policy of the account; AWS's own are none. */
export function policyByArn(account: AwsAccount, arn: string): Policy | undefined {
  return account.list<Policy>("iam-policy", (policy) => policy.arn === arn)[0];
}

/** CreatePolicy. */
export interface PolicyArgs {
  readonly name: string;
  readonly path: string;
  readonly description: string;
  readonly document: string;
  readonly tags: Tags;
}

/** Names are unique in an account (API reference, CreatePolicy). */
export function createPolicy(account: AwsAccount, args: PolicyArgs): Promise<Policy> {
  return account.call("iam:CreatePolicy", args.name, () => {
    const { name, ...rest } = args;
    requireDocument(args.document, "identity");
    if (account.get("iam-policy", name)) {
      throw new AwsError("EntityAlreadyExists", `A policy called ${name} already exists.`, "iam-name-unique");
    }
    return account.put<Policy>({
      id: name,
      kind: "iam-policy",
      region: "global",
      arn: account.arn("iam", "global", `policy${args.path}${name}`),
      state: "available",
      policyId: `ANPA${account.newHex(17).toUpperCase()}`,
      ...rest,
      tags: { ...args.tags },
    });
  });
}

/** Makes another document the default version (API reference, CreatePolicyVersion). */
export function replacePolicy(account: AwsAccount, name: string, document: string): Promise<void> {
  return account.call("iam:CreatePolicyVersion", name, () => {
    requireDocument(document, "identity");
    account.must<Policy>("iam-policy", name, "NoSuchEntity").document = document;
  });
}

/** @throws AwsError DeleteConflict while it is attached (API reference, DeletePolicy) */
export function deletePolicy(account: AwsAccount, name: string): Promise<void> {
  return account.call("iam:DeletePolicy", name, () => {
    const { arn } = account.must<Policy>("iam-policy", name, "NoSuchEntity");
    const [holder] = account.list("iam-role", (role) => (role.policyArns as string[]).includes(arn ?? ""));
    if (holder) {
      throw new AwsError(
        "DeleteConflict",
        `Cannot delete a policy attached to entities: it is attached to the role ${holder.id}.`,
        "delete-policy",
      );
    }
    account.remove("iam-policy", name);
  });
}

/**
 * The outline of a policy document: JSON, a known version, statements with an effect, actions, and whom (trust) or what
 * (identity) they are about. What the statements mean is not looked at. (IAM user guide, policy grammar.)
 */
export function requireDocument(text: string, kind: "trust" | "identity"): void {
  const wrong = (why: string) => new AwsError("MalformedPolicyDocument", why, "policy-document");
  const document = parsed(text);
  if (!isRecord(document)) throw wrong("Syntax errors in policy.");
  const { Version: version, Statement: statement } = document;
  if (version !== undefined && version !== "2012-10-17" && version !== "2008-10-17") {
    throw wrong("The policy must contain a valid version string");
  }
  const statements = Array.isArray(statement) ? statement : [statement];
  if (statements.length === 0) throw wrong("Syntax errors in policy.");
  for (const one of statements) {
    if (!isRecord(one)) throw wrong("Syntax errors in policy.");
    if (one.Effect !== "Allow" && one.Effect !== "Deny") throw wrong("Missing required field Effect");
    if (!one.Action && !one.NotAction) throw wrong("Missing required field Action");
    if (kind === "trust" && !one.Principal && !one.NotPrincipal) throw wrong("Missing required field Principal");
    if (kind === "trust" && one.Resource) throw wrong("Has prohibited field Resource");
    if (kind === "identity" && one.Principal) throw wrong("Policy document should not specify a principal.");
    if (kind === "identity" && !one.Resource && !one.NotResource)
      throw wrong("Policy statement must contain resources.");
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
