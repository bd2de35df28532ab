import { deepEqual, equal, throws } from "node:assert/strict";
import { planOf } from "../support/config";
import { runProgram } from "../support/mocks";

const team = "arn:aws:iam::111122223333:role/teams/platform";
const auditor = "arn:aws:iam::111122223333:user/auditor";
const entry = "aws:eks/accessEntry:AccessEntry";
const association = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation";

describe("access to the clusters", () => {
  it("is given to every principal of the configuration on every cluster, with the rights that it names", async function () {
    this.timeout(60_000);
    const run = await runProgram({ access: JSON.stringify({ [team]: "admin", [auditor]: "view" }) });
    equal(run.all(entry).length, 4);
    for (const cluster of ["cluster1", "cluster2"]) {
      const admin = run.one(association, `${cluster}-access-111122223333:role/teams/platform`).inputs;
      deepEqual([admin.clusterName, admin.principalArn, admin.accessScope], [cluster, team, { type: "cluster" }]);
      equal(admin.policyArn, "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy");
      const view = run.one(association, `${cluster}-access-111122223333:user/auditor`).inputs;
      equal(view.policyArn, "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy");
    }
  });

  it("is refused to what EKS takes for no principal, and to rights that it does not know", () => {
    const access = (given: object) => planOf({ access: JSON.stringify(given) });
    for (const wrong of [
      "arn:aws:sts::111122223333:assumed-role/team/me",
      "arn:aws:iam::111122223333:group/team",
      "arn:aws:iam::111122223333:root",
      "team",
    ]) {
      throws(() => access({ [wrong]: "admin" }), /access/, wrong);
    }
    throws(() => access({ [team]: "root" }), /access.*is not allowed/);
    throws(() => access({ "arn:aws-cn:iam::111122223333:role/a": "view" }), /of another partition than us-east-1/);
  });
});
