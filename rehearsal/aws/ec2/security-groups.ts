import type { AwsAccount, AwsOperation, Region, Tags } from "../account/account";
import { AwsError } from "../account/errors";
import type { AwsRuleId } from "../rules/rules";
import { interfacesOf } from "./interfaces";
import type { Permission, SecurityGroup, SecurityGroupRule } from "./items";
import { everywhere } from "./networks";
import { referred } from "./references";
import { permissionName, requirePermission } from "./security-group-permissions";

/** CreateSecurityGroup. */
export interface SecurityGroupArgs {
  readonly name: string;
  readonly description: string;
  readonly vpcId: string;
  readonly tags: Tags;
}

/** Made by whoever asks for it through the API. For groups that a service makes for itself see `newSecurityGroup`. */
export function createSecurityGroup(
  account: AwsAccount,
  region: Region,
  args: SecurityGroupArgs,
): Promise<SecurityGroup> {
  return account.call("ec2:CreateSecurityGroup", `${region} ${args.name}`, () =>
    newSecurityGroup(account, region, args),
  );
}

/** At once. Every new group lets everything out (VPC user guide, security groups). */
export function newSecurityGroup(account: AwsAccount, region: Region, args: SecurityGroupArgs): SecurityGroup {
  referred(account, region, "vpc", args.vpcId);
  // API reference, CreateSecurityGroup.
  if (!/^(?!sg-)[\w .\-:/()#,@[\]+=&;{}!$*]{1,255}$/.test(args.name)) {
    throw new AwsError("InvalidParameterValue", `Invalid security group name '${args.name}'.`, "group-name");
  }
  if (!/^[\w .\-:/()#,@[\]+=&;{}!$*]{1,255}$/.test(args.description)) {
    throw new AwsError(
      "InvalidParameterValue",
      "Value for parameter GroupDescription is invalid. Character sets beyond ASCII are not supported.",
      "group-description",
    );
  }
  const same = ({ vpcId, name }: SecurityGroup) => vpcId === args.vpcId && name === args.name;
  if (account.list<SecurityGroup>("security-group", same).length > 0) {
    throw new AwsError(
      "InvalidGroup.Duplicate",
      `The security group '${args.name}' already exists for VPC '${args.vpcId}'`,
      "group-name-unique",
    );
  }
  const id = account.newId("sg");
  const group = account.put<SecurityGroup>({
    id,
    kind: "security-group",
    region,
    arn: account.arn("ec2", region, `security-group/${id}`),
    state: "available",
    ...args,
    tags: { ...args.tags },
  });
  newRule(account, region, {
    securityGroupId: id,
    isEgress: true,
    permission: { ipProtocol: "-1", cidrIpv4: everywhere },
  });
  return group;
}

/** @throws AwsError DependencyViolation while an interface carries it or another group's rule names it */
export function deleteSecurityGroup(account: AwsAccount, region: Region, id: string): Promise<void> {
  const name = account.get<SecurityGroup>("security-group", id)?.name ?? id;
  return account.call("ec2:DeleteSecurityGroup", `${region} ${name}`, () => {
    const group = referred<SecurityGroup>(account, region, "security-group", id);
    if (group.name === "default") {
      throw new AwsError(
        "CannotDelete",
        `the specified group: "${id}" name: "default" cannot be deleted by a user`,
        "delete-group-default",
      );
    }
    const used = interfacesOf(account, {}).find((one) => one.securityGroupIds.includes(id));
    if (used) {
      throw dependent(id, `network interface ${used.id} (${used.description})`, "delete-group-used");
    }
    const named = account.list<SecurityGroupRule>(
      "security-group-rule",
      (rule) => rule.permission.referencedSecurityGroupId === id && rule.securityGroupId !== id,
    );
    const [rule] = named;
    if (rule) throw dependent(id, `rule ${rule.id} of ${rule.securityGroupId}`, "delete-group-referenced");
    removeSecurityGroup(account, group);
  });
}

/** At once and whatever depends on it: for services that clear up after themselves and have looked. */
export function removeSecurityGroup(account: AwsAccount, group: SecurityGroup): void {
  for (const rule of rulesOf(account, group.id)) account.remove(rule.kind, rule.id);
  account.remove(group.kind, group.id);
}

/** What a rule of a group says. */
export interface RuleArgs {
  readonly securityGroupId: string;
  readonly permission: Permission;
  readonly tags?: Tags;
}

/** Lets traffic in. */
export function authorizeIngress(account: AwsAccount, region: Region, args: RuleArgs): Promise<SecurityGroupRule> {
  return authorize(account, region, "ec2:AuthorizeSecurityGroupIngress", { ...args, isEgress: false });
}

/** Lets traffic out. */
export function authorizeEgress(account: AwsAccount, region: Region, args: RuleArgs): Promise<SecurityGroupRule> {
  return authorize(account, region, "ec2:AuthorizeSecurityGroupEgress", { ...args, isEgress: true });
}

function authorize(
  account: AwsAccount,
  region: Region,
  operation: AwsOperation,
  args: RuleArgs & { isEgress: boolean },
): Promise<SecurityGroupRule> {
  const group = account.get<SecurityGroup>("security-group", args.securityGroupId)?.name ?? args.securityGroupId;
  return account.call(operation, `${region} ${group} ${permissionName(args.permission)}`, () =>
    newRule(account, region, args),
  );
}

/** At once; the same refusals as through the API. */
export function newRule(
  account: AwsAccount,
  region: Region,
  args: RuleArgs & { isEgress: boolean },
): SecurityGroupRule {
  const { securityGroupId, isEgress, permission, tags } = args;
  const group = referred<SecurityGroup>(account, region, "security-group", securityGroupId);
  requirePermission(account, region, group.vpcId, permission);
  const present = rulesOf(account, securityGroupId).filter((rule) => rule.isEgress === isEgress);
  const name = permissionName(permission);
  if (present.some((rule) => permissionName(rule.permission) === name)) {
    throw new AwsError(
      "InvalidPermission.Duplicate",
      `the specified rule "peer: ${name}, ALLOW" already exists`,
      "rule-duplicate",
    );
  }
  if (present.length >= account.quotas.securityGroupRules) {
    throw new AwsError(
      "RulesPerSecurityGroupLimitExceeded",
      "The maximum number of rules per security group has been reached.",
      "quota-rules",
    );
  }
  const id = account.newId("sgr");
  return account.put<SecurityGroupRule>({
    id,
    kind: "security-group-rule",
    region,
    arn: account.arn("ec2", region, `security-group-rule/${id}`),
    state: "available",
    // It goes with its group.
    implicit: true,
    tags: { ...tags },
    securityGroupId,
    isEgress,
    permission: { ...permission },
  });
}

/** Changes what a rule allows, in place (API reference, ModifySecurityGroupRules). */
export function modifyRule(
  account: AwsAccount,
  region: Region,
  id: string,
  permission: Permission,
): Promise<SecurityGroupRule> {
  return account.call("ec2:ModifySecurityGroupRules", `${region} ${permissionName(permission)}`, () => {
    const rule = referred<SecurityGroupRule>(account, region, "security-group-rule", id);
    const group = referred<SecurityGroup>(account, region, "security-group", rule.securityGroupId);
    requirePermission(account, region, group.vpcId, permission);
    rule.permission = { ...permission };
    return rule;
  });
}

/** Takes a rule for traffic on its way in away. */
export function revokeIngress(account: AwsAccount, region: Region, ruleId: string): Promise<void> {
  return revoke(account, region, "ec2:RevokeSecurityGroupIngress", ruleId);
}

/** Takes a rule for traffic on its way out away. */
export function revokeEgress(account: AwsAccount, region: Region, ruleId: string): Promise<void> {
  return revoke(account, region, "ec2:RevokeSecurityGroupEgress", ruleId);
}

function revoke(account: AwsAccount, region: Region, operation: AwsOperation, ruleId: string): Promise<void> {
  const known = account.get<SecurityGroupRule>("security-group-rule", ruleId);
  return account.call(operation, `${region} ${known ? permissionName(known.permission) : ruleId}`, () => {
    referred<SecurityGroupRule>(account, region, "security-group-rule", ruleId);
    account.remove("security-group-rule", ruleId);
  });
}

/** Rules of a group, of both directions. */
export function rulesOf(account: AwsAccount, groupId: string): SecurityGroupRule[] {
  return account.list<SecurityGroupRule>("security-group-rule", (rule) => rule.securityGroupId === groupId);
}

/** AWS's words, and who it is: AWS does not say. */
function dependent(id: string, by: string, rule: AwsRuleId): AwsError {
  return new AwsError("DependencyViolation", `resource ${id} has a dependent object: ${by}`, rule);
}
