import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { awsSettings, withDefaultTags } from "../../components/lab/aws-settings";
import { runProgram } from "../support/mocks";

const role = "arn:aws:iam::123456789012:role/lab";
const provider = "pulumi:providers:aws";

describe("the namespace aws of the stack", () => {
  it("reaches the providers of all regions and every kubeconfig, so that a lab is in one account", async () => {
    const run = await runProgram({
      "aws:profile": "lab",
      "aws:assumeRoles": JSON.stringify([{ roleArn: role }]),
      "aws:allowedAccountIds": '["123456789012"]',
      "aws:region": "eu-west-1",
    });
    const regions = run.all(provider);
    deepEqual(regions.map(({ inputs }) => inputs.region).sort(), ["us-east-1", "us-west-2"]);
    for (const { inputs } of regions) {
      equal(inputs.profile, "lab");
      deepEqual(JSON.parse(inputs.assumeRoles), [{ roleArn: role }]);
      deepEqual(JSON.parse(inputs.allowedAccountIds), ["123456789012"]);
    }
    const credentials = { profileName: "lab", roleArn: role };
    for (const { inputs } of run.all("eks:index:Cluster")) deepEqual(inputs.providerCredentialOpts, credentials);
    for (const name of ["cluster1", "cluster2"]) {
      const { kubeconfig } = run.one("pulumi:providers:kubernetes", name).inputs;
      // A secret: it is not shown, though it names no key.
      equal(kubeconfig.value, `kubeconfig-of-${name} ${JSON.stringify(credentials)}`);
    }
  });

  it("adds its default tags to those of the lab, which win", async () => {
    const run = await runProgram({ "aws:defaultTags": '{"tags":{"team":"net","cost":"7"}}', tags: '{"team":"mesh"}' });
    const { tags } = JSON.parse(run.all(provider)[0]?.inputs.defaultTags);
    deepEqual([tags.team, tags.cost], ["mesh", "7"]);
    deepEqual(withDefaultTags({ tags: "{}" }, {}), { tags: "{}" });
  });

  for (const [what, raw, key, fix] of [
    ["keys, which kubectl would not have", { accessKey: "AKIA" }, "aws:accessKey", /profile/],
    ["a token of another session", { token: "x" }, "aws:token", /profile/],
    ["the old name of the roles", { assumeRole: "{}" }, "aws:assumeRole", /assumeRoles\[0\]/],
    [
      "a chain of roles",
      { assumeRoles: JSON.stringify([{ roleArn: role }, { roleArn: role }]) },
      "aws:assumeRoles",
      /source_profile/,
    ],
    [
      "a role that asks for more than its name",
      { assumeRoles: JSON.stringify([{ roleArn: role, externalId: "7" }]) },
      "aws:assumeRoles",
      /external_id/,
    ],
    ["what it does not hand on", { endpoints: "[]" }, "aws:endpoints", /profile/],
  ] as const) {
    it(`refuses ${what}`, () => {
      const { mistakes } = awsSettings(raw as Record<string, string>);
      deepEqual(
        mistakes.map((each) => each.key),
        [key],
      );
      match(mistakes[0]?.fix ?? "", fix);
    });
  }

  it("is refused together with every other mistake", async () => {
    await rejects(runProgram({ "aws:token": "secret-token", backend: "isto" }), (error: Error) => {
      ok(error.message.includes("aws:token: ") && error.message.includes("Did you mean"), error.message);
      ok(!error.message.includes("secret-token"));
      return true;
    });
  });
});
