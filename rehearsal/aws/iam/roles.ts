import type { AwsAccount, Item } from "../account/account";
import { AwsError } from "../account/errors";
import { requireDocument, requirePolicy } from "./policies";

/** Its id is its name. */
export interface Role extends Item {
  kind: "iam-role";
  arn: string;
  path: string;
  description: string;
  uniqueId: string;
  createDate: string;
  assumeRolePolicy: string;
  maxSessionDuration: number;
  permissionsBoundary: string;
  /** ARNs of the attached policies. */
  policyArns: string[];
  /** Inline policies by name. */
  inlinePolicies: Record<string, string>;
}

/** Lends a role to EC2 instances. EKS makes one for each managed node group. */
export interface InstanceProfile extends Item {
  kind: "iam-instance-profile";
  roleName: string;
}

/** CreateRole. */
export type RoleArgs = Pick<
  Role,
  "path" | "description" | "assumeRolePolicy" | "maxSessionDuration" | "permissionsBoundary" | "inlinePolicies" | "tags"
> & { readonly name: string };

/** Names are unique in an account, whatever their case (API reference, CreateRole). */
export function createRole(account: AwsAccount, args: RoleArgs): Promise<Role> {
  return account.call("iam:CreateRole", args.name, () => {
    const { name, ...rest } = args;
    if (!/^[\w+=,.@-]{1,64}$/.test(name)) {
      throw new AwsError(
        "ValidationError",
        `1 validation error detected: Value '${name}' at 'roleName' failed to satisfy constraint: at most 64 of ` +
          "letters, digits and _+=,.@-",
        "role-name",
      );
    }
    requireDocument(args.assumeRolePolicy, "trust");
    if (account.list("iam-role", (role) => role.id.toLowerCase() === name.toLowerCase()).length > 0) {
      throw new AwsError("EntityAlreadyExists", `Role with name ${name} already exists.`, "iam-name-unique");
    }
    return account.put<Role>({
      id: name,
      kind: "iam-role",
      region: "global",
      arn: account.arn("iam", "global", `role${args.path}${name}`),
      state: "available",
      uniqueId: `AROA${account.newHex(17).toUpperCase()}`,
      createDate: "2026-01-01T00:00:00Z",
      policyArns: [],
      ...rest,
      tags: { ...args.tags },
    });
  });
}

/** Changes in place: trust policy, description, session duration, boundary, inline policies. */
export function updateRole(
  account: AwsAccount,
  name: string,
  change: Partial<Omit<RoleArgs, "name" | "path" | "tags">>,
): Promise<void> {
  return account.call("iam:UpdateRole", name, () => {
    const role = roleByName(account, name);
    if (change.assumeRolePolicy !== undefined) requireDocument(change.assumeRolePolicy, "trust");
    Object.assign(role, change);
  });
}

/** @throws AwsError DeleteConflict while policies are attached or an instance profile lends it (API reference, DeleteRole) */
export function deleteRole(account: AwsAccount, name: string): Promise<void> {
  return account.call("iam:DeleteRole", name, () => {
    const role = roleByName(account, name);
    const conflict = (why: string) => new AwsError("DeleteConflict", `Cannot delete entity, ${why}.`, "delete-role");
    if (role.policyArns.length > 0) throw conflict(`must detach all policies first: ${role.policyArns.join(", ")}`);
    if (Object.keys(role.inlinePolicies).length > 0) throw conflict("must delete policies first");
    const [profile] = account.list<InstanceProfile>("iam-instance-profile", ({ roleName }) => roleName === name);
    if (profile) throw conflict(`must remove roles from instance profile first: ${profile.id}`);
    account.remove("iam-role", name);
  });
}

/** Attaching twice is no error (API reference, AttachRolePolicy). */
export function attachRolePolicy(account: AwsAccount, name: string, policyArn: string): Promise<void> {
  return account.call("iam:AttachRolePolicy", `${name} ${policyArn}`, () => {
    const role = roleByName(account, name);
    requirePolicy(account, policyArn);
    if (role.policyArns.includes(policyArn)) return;
    if (role.policyArns.length >= account.quotas.policiesPerRole) {
      throw new AwsError(
        "LimitExceeded",
        `Cannot exceed quota for PoliciesPerRole: ${account.quotas.policiesPerRole}`,
        "quota-policies",
      );
    }
    role.policyArns.push(policyArn);
  });
}

/** @throws AwsError NoSuchEntity unless it is attached */
export function detachRolePolicy(account: AwsAccount, name: string, policyArn: string): Promise<void> {
  return account.call("iam:DetachRolePolicy", `${name} ${policyArn}`, () => {
    const role = roleByName(account, name);
    if (!role.policyArns.includes(policyArn)) {
      throw new AwsError("NoSuchEntity", `Policy ${policyArn} was not found.`, "policy-known");
    }
    role.policyArns = role.policyArns.filter((arn) => arn !== policyArn);
  });
}

/** At once: for services that make a profile for their instances. */
export function newInstanceProfile(account: AwsAccount, id: string, roleName: string): InstanceProfile {
  roleByName(account, roleName);
  return account.put<InstanceProfile>({
    id,
    kind: "iam-instance-profile",
    region: "global",
    arn: account.arn("iam", "global", `instance-profile/${id}`),
    state: "available",
    tags: {},
    roleName,
  });
}

/** At once; without complaint when the profile is gone already. */
export function removeInstanceProfile(account: AwsAccount, id: string): void {
  account.remove("iam-instance-profile", id);
}

/** @throws AwsError NoSuchEntity */
export function roleByName(account: AwsAccount, name: string): Role {
  const role = account.get<Role>("iam-role", name);
  if (role) return role;
  throw new AwsError("NoSuchEntity", `The role with name ${name} cannot be found.`, "reference-exists");
}

/** The role with that ARN, undefined when there is none. */
export function roleByArn(account: AwsAccount, arn: string): Role | undefined {
  return account.list<Role>("iam-role", (role) => role.arn === arn)[0];
}
