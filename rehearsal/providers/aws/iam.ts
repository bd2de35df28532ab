import * as policies from "../../aws/iam/policies";
import * as iam from "../../aws/iam/roles";
import type { Props } from "../../base/operations";
import { type Context, type ResourceKind, withRetries } from "./resource-kind";

const role: ResourceKind = {
  service: "iam",
  noun: "IAM Role",
  item: "iam-role",
  permanent: ["name", "namePrefix", "path"],
  autoname: true,
  normalise: withText("assumeRolePolicy"),
  create: async ({ account, tagsAll }, inputs) => {
    const name = nameOf({ account }, inputs);
    await iam.createRole(account, { name, path: inputs.path ?? "/", tags: tagsAll, ...settings(inputs) });
    for (const arn of inputs.managedPolicyArns ?? []) await iam.attachRolePolicy(account, name, arn);
    return name;
  },
  live: ({ account }, id) => {
    const found = account.get<iam.Role>("iam-role", id);
    return (
      found && {
        arn: found.arn,
        name: id,
        path: found.path,
        description: found.description,
        uniqueId: found.uniqueId,
        createDate: found.createDate,
        assumeRolePolicy: found.assumeRolePolicy,
        maxSessionDuration: found.maxSessionDuration,
        managedPolicyArns: [...found.policyArns],
        inlinePolicies: Object.entries(found.inlinePolicies).map(([name, policy]) => ({ name, policy })),
        ...(found.permissionsBoundary ? { permissionsBoundary: found.permissionsBoundary } : {}),
      }
    );
  },
  update: async ({ account }, id, news, changed) => {
    await iam.updateRole(account, id, settings(news));
    if (!changed.includes("managedPolicyArns")) return;
    const wanted: string[] = news.managedPolicyArns ?? [];
    const present = iam.roleByName(account, id).policyArns;
    for (const arn of present.filter((one) => !wanted.includes(one))) await iam.detachRolePolicy(account, id, arn);
    for (const arn of wanted.filter((one) => !present.includes(one))) await iam.attachRolePolicy(account, id, arn);
  },
  delete: async (context, id, state) => {
    const { account } = context;
    // The provider takes off what the role's own properties or `forceDetachPolicies` put there, and tries for two minutes.
    if (state.forceDetachPolicies) {
      for (const arn of iam.roleByName(account, id).policyArns) await iam.detachRolePolicy(account, id, arn);
    }
    await iam.updateRole(account, id, { inlinePolicies: {} });
    await withRetries(context, 120, ["DeleteConflict"], () => iam.deleteRole(account, id));
  },
};

const attachment: ResourceKind = {
  service: "iam",
  noun: "IAM Role Policy Attachment",
  permanent: ["role", "policyArn"],
  create: async ({ account }, inputs) => {
    await iam.attachRolePolicy(account, inputs.role, inputs.policyArn);
    return `${inputs.role}/${inputs.policyArn}`;
  },
  live: ({ account }, _id, state) => {
    const found = account.get<iam.Role>("iam-role", state.role);
    return found?.policyArns.includes(state.policyArn) ? { role: state.role, policyArn: state.policyArn } : undefined;
  },
  delete: ({ account }, _id, state) => iam.detachRolePolicy(account, state.role, state.policyArn),
};

/** Its id is the ARN, as the provider's. */
const policy: ResourceKind = {
  service: "iam",
  noun: "IAM Policy",
  permanent: ["name", "namePrefix", "path", "description"],
  autoname: true,
  normalise: withText("policy"),
  create: async ({ account, tagsAll }, inputs) => {
    const made = await policies.createPolicy(account, {
      name: nameOf({ account }, inputs),
      path: inputs.path ?? "/",
      description: inputs.description ?? "",
      document: inputs.policy,
      tags: tagsAll,
    });
    return made.arn ?? made.id;
  },
  live: ({ account }, id) => {
    const found = policies.policyByArn(account, id);
    return (
      found && {
        arn: id,
        name: found.id,
        path: found.path,
        description: found.description,
        policy: found.document,
        policyId: found.policyId,
        attachmentCount: account.list<iam.Role>("iam-role", ({ policyArns }) => policyArns.includes(id)).length,
      }
    );
  },
  update: async ({ account }, id, news) => policies.replacePolicy(account, nameInArn(id), news.policy),
  delete: ({ account }, id) => policies.deletePolicy(account, nameInArn(id)),
  tags: ({ account }, id) => policies.policyByArn(account, id)?.tags,
};

function settings(inputs: Props) {
  const inline: { name: string; policy: string }[] = inputs.inlinePolicies ?? [];
  return {
    description: inputs.description ?? "",
    assumeRolePolicy: inputs.assumeRolePolicy,
    maxSessionDuration: inputs.maxSessionDuration ?? 3600,
    permissionsBoundary: inputs.permissionsBoundary ?? "",
    inlinePolicies: Object.fromEntries(inline.map(({ name, policy: text }) => [name, text])),
  };
}

function nameOf({ account }: Pick<Context, "account">, inputs: Props): string {
  return inputs.name ?? `${inputs.namePrefix}${account.newHex(26)}`;
}

function nameInArn(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}

/** Documents may be given as objects; IAM takes text. */
function withText(property: string): (inputs: Props) => Props {
  return (inputs) => {
    const value = inputs[property];
    return value && typeof value === "object" ? { ...inputs, [property]: JSON.stringify(value) } : inputs;
  };
}

/** By type token. */
export const iamKinds = {
  "aws:iam/role:Role": role,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": attachment,
  "aws:iam/policy:Policy": policy,
};
