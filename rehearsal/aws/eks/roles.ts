import type { AwsAccount } from "../account/account";
import { policyByArn } from "../iam/policies";
import { type Role, roleByArn } from "../iam/roles";
import type { EksRuleId } from "../rules/eks";
import { invalidParameter } from "./errors";
import type { Addon, Cluster, PodIdentityAssociation } from "./items";
import { ofCluster } from "./lookup";

/**
 * The role that EKS or a pod is to assume.
 *
 * @throws AwsError InvalidParameterException when there is none, or its trust policy does not name `service`
 */
export function requireTrust(account: AwsAccount, arn: string, service: string, rule: EksRuleId): Role {
  const role = roleByArn(account, arn);
  if (role && trusts(role, service)) return role;
  const reason = role
    ? `Following required service principals [${service}] were not found in the trust relationships of the role ${arn}`
    : `Role with arn: ${arn}, could not be assumed because it does not exist or the trusted entity is not correct`;
  throw invalidParameter(reason, rule);
}

/** Whether the role carries any of AWS's policies with these names. */
export function carriesAny(role: Role | undefined, names: readonly string[]): boolean {
  return names.some((name) => role?.policyArns.includes(`arn:aws:iam::aws:policy/${name}`));
}

/**
 * Whether a policy of the account that the role carries allows the action; of AWS's own policies it is not known what they
 * allow. Resources and conditions are not evaluated.
 */
export function mayDo(account: AwsAccount, role: Role | undefined, action: string): boolean {
  interface Statement {
    readonly Effect: string;
    readonly Action?: string | readonly string[];
  }
  const [service] = action.split(":");
  return (role?.policyArns ?? []).some((arn) => {
    const policy = policyByArn(account, arn);
    if (!policy) return false;
    const { Statement: given } = JSON.parse(policy.document) as { Statement: Statement | readonly Statement[] };
    return [given].flat().some(({ Effect, Action = [] }) => {
      const allowed = [Action].flat();
      return Effect === "Allow" && [action, `${service}:*`, "*"].some((each) => allowed.includes(each));
    });
  });
}

/** Whether aws-node has its permissions from a role of its own instead of the nodes'. */
export function cniHasOwnRole(account: AwsAccount, cluster: Cluster): boolean {
  const inCluster = ofCluster(cluster);
  const addons = account.list<Addon>("eks-addon", (item) => inCluster(item) && item.name === "vpc-cni");
  const associations = account.list<PodIdentityAssociation>(
    "eks-pod-identity-association",
    (item) => inCluster(item) && item.serviceAccount === "aws-node" && item.namespace === "kube-system",
  );
  const withAddon = addons.some((addon) => addon.serviceAccountRoleArn || addon.podIdentities.length > 0);
  return withAddon || associations.length > 0;
}

/** Looks for the service in statements that allow; conditions are not evaluated. */
function trusts({ assumeRolePolicy }: Role, service: string): boolean {
  interface Statement {
    readonly Effect: string;
    readonly Principal?: string | { readonly Service?: string | readonly string[] };
  }
  const { Statement: given } = JSON.parse(assumeRolePolicy) as { Statement: Statement | readonly Statement[] };
  const statements = Array.isArray(given) ? (given as readonly Statement[]) : [given as Statement];
  return statements.some(({ Effect, Principal }) => {
    if (Effect !== "Allow" || typeof Principal !== "object") return false;
    return [Principal.Service ?? []].flat().includes(service);
  });
}
