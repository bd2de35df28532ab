import assert from "node:assert/strict";
import type { AwsAccount } from "../../rehearsal/aws/account/account";
import { AwsError } from "../../rehearsal/aws/account/errors";
import { createPolicy, deletePolicy } from "../../rehearsal/aws/iam/policies";
import * as iam from "../../rehearsal/aws/iam/roles";
import { iamRules } from "../../rehearsal/aws/rules/iam";
import { newAccount } from "./ec2-lab";

const statement = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "eks.amazonaws.com" } };
const trust = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
const identity = JSON.stringify({ Statement: { Effect: "Allow", Action: "s3:GetObject", Resource: "*" } });
const clusterPolicy = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy";

function role(account: AwsAccount, name = "cluster", assumeRolePolicy = trust) {
  const rest = { path: "/", description: "", maxSessionDuration: 3600, permissionsBoundary: "", inlinePolicies: {} };
  return iam.createRole(account, { name, assumeRolePolicy, tags: {}, ...rest });
}

function policy(account: AwsAccount, name: string, document = identity) {
  return createPolicy(account, { name, path: "/", description: "", document, tags: {} });
}

const rows: readonly [rule: string, code: string, breaks: (account: AwsAccount) => Promise<unknown>][] = [
  ["role-name", "ValidationError", (account) => role(account, "a".repeat(65))],
  [
    "iam-name-unique",
    "EntityAlreadyExists",
    async (account) => {
      await role(account);
      await role(account, "Cluster");
    },
  ],
  [
    "iam-name-unique",
    "EntityAlreadyExists",
    async (account) => {
      await policy(account, "read");
      await policy(account, "read");
    },
  ],
  ["policy-document", "MalformedPolicyDocument", (account) => role(account, "cluster", "{")],
  ["policy-document", "MalformedPolicyDocument", (account) => role(account, "cluster", identity)],
  ["policy-document", "MalformedPolicyDocument", (account) => policy(account, "read", trust)],
  [
    "policy-known",
    "NoSuchEntity",
    async (account) => {
      await role(account);
      await iam.attachRolePolicy(account, "cluster", "arn:aws:iam::aws:policy/AmazonEKSClusterPolice");
    },
  ],
  ["reference-exists", "NoSuchEntity", (account) => iam.attachRolePolicy(account, "nobody", clusterPolicy)],
  [
    "quota-policies",
    "LimitExceeded",
    async (account) => {
      await role(account);
      for (let index = 0; index < 11; index++) {
        const { arn } = await policy(account, `read-${index}`);
        await iam.attachRolePolicy(account, "cluster", arn ?? "");
      }
    },
  ],
  [
    "delete-role",
    "DeleteConflict",
    async (account) => {
      await role(account);
      await iam.attachRolePolicy(account, "cluster", clusterPolicy);
      await iam.deleteRole(account, "cluster");
    },
  ],
  [
    "delete-role",
    "DeleteConflict",
    async (account) => {
      await role(account);
      iam.newInstanceProfile(account, "eks-0a1b", "cluster");
      await iam.deleteRole(account, "cluster");
    },
  ],
  [
    "delete-policy",
    "DeleteConflict",
    async (account) => {
      await role(account);
      const { arn } = await policy(account, "read");
      await iam.attachRolePolicy(account, "cluster", arn ?? "");
      await deletePolicy(account, "read");
    },
  ],
];

describe("emulated IAM", () => {
  for (const [index, [rule, code, breaks]] of rows.entries()) {
    it(`refuses by ${rule} (${index + 1}): ${code}`, async () => {
      await assert.rejects(breaks(newAccount()), (error) => {
        assert.ok(error instanceof AwsError, String(error));
        assert.deepEqual([error.rule, error.code], [rule, code]);
        return true;
      });
    });
  }

  it("has a row for every rule of IAM", () => {
    const listed = iamRules.map(({ id }) => id);
    const tested = new Set(rows.map(([rule]) => rule).filter((rule) => rule !== "reference-exists"));
    assert.deepEqual([...tested].sort(), listed.sort());
  });

  it("takes a role down once it is bare", async () => {
    const account = newAccount();
    const { arn } = await role(account);
    assert.equal(iam.roleByArn(account, arn)?.id, "cluster");
    await iam.attachRolePolicy(account, "cluster", clusterPolicy);
    await iam.detachRolePolicy(account, "cluster", clusterPolicy);
    await iam.deleteRole(account, "cluster");
    assert.deepEqual(account.leftovers(), []);
  });
});
