import type { AwsRule } from "./rule";

/** What IAM refuses. */
export const iamRules = [
  { id: "role-name", what: "a role name with other characters or longer than 64", source: "IAM user guide, quotas" },
  { id: "iam-name-unique", what: "a second role or policy of that name", source: "IAM API, CreateRole, CreatePolicy" },
  { id: "policy-document", what: "a document that is no policy", source: "IAM user guide, policy grammar" },
  { id: "policy-known", what: "a policy that neither AWS nor the account has", source: "IAM API, AttachRolePolicy" },
  { id: "quota-policies", what: "more than 10 policies on a role", source: "IAM user guide, quotas" },
  {
    id: "delete-role",
    what: "deletion of a role with policies or in an instance profile",
    source: "IAM API, DeleteRole",
  },
  { id: "delete-policy", what: "deletion of a policy that is attached", source: "IAM API, DeletePolicy" },
] as const satisfies readonly AwsRule[];
