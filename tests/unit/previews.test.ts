import { deepEqual, ok, rejects } from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { AwsAccount } from "../../rehearsal/aws/account/account";
import { AwsClock } from "../../rehearsal/aws/account/clock";
import { admits } from "../../rehearsal/aws/eks/endpoint-access";
import type { Cluster } from "../../rehearsal/aws/eks/items";
import type { Props } from "../../rehearsal/base/operations";
import { Steps } from "../../rehearsal/engine/steps";
import { awsPackage } from "../../rehearsal/providers/aws/package";
import { configDifference, kubernetesConfig } from "../../rehearsal/providers/kubernetes/config";
import { changedPaths } from "../../rehearsal/providers/paths";
import { surprises, surpriseText } from "../../rehearsal/run/surprises";

/** What the engine tells: `op urn`, with the inputs if they matter. */
function stepsOf(...told: readonly (readonly [op: string, name: string, inputs?: Props])[]) {
  const steps = new Steps();
  for (const [op, name, inputs = {}] of told) {
    const metadata = { urn: `urn:pulumi:s::p::aws:ec2/vpc:Vpc::${name}`, op, new: { inputs } };
    steps.note({ resourcePreEvent: { metadata } } as unknown as EngineEvent);
  }
  return steps.byUrn;
}

describe("what a preview announced", () => {
  const texts = (...args: Parameters<typeof surprises>) => surprises(...args).map(surpriseText);

  it("is compared by resource, a replacement being one thing", () => {
    const preview = stepsOf(["same", "a"], ["create-replacement", "b"], ["replace", "b"], ["delete-replaced", "b"]);
    const up = stepsOf(["same", "a"], ["delete-replaced", "b"], ["replace", "b"], ["create-replacement", "b"]);
    deepEqual(texts(preview, up, true), []);
  });

  it("is a surprise when something else happens, or what was not announced", () => {
    const found = texts(stepsOf(["same", "a"], ["create", "b"]), stepsOf(["update", "a"], ["delete", "c"]), true);
    deepEqual(found, [
      "aws:ec2/vpc:Vpc::a: announced same, happened update",
      "aws:ec2/vpc:Vpc::b: announced create, happened nothing",
      "aws:ec2/vpc:Vpc::c: announced nothing, happened delete",
    ]);
  });

  it("may come to nothing where an input was not known yet, and only there", () => {
    const unknown = { subnetIds: [unknownValue] };
    const preview = stepsOf(
      ["update", "a", unknown],
      ["replace", "b", unknown],
      ["update", "c"],
      ["same", "d", unknown],
    );
    const up = stepsOf(["same", "a"], ["update", "b"], ["same", "c"], ["update", "d"]);
    deepEqual(texts(preview, up, true), [
      "aws:ec2/vpc:Vpc::c: announced update, happened same",
      "aws:ec2/vpc:Vpc::d: announced same, happened update",
    ]);
  });

  it("need not have happened when the operation ended early", () => {
    deepEqual(texts(stepsOf(["create", "a"], ["create", "b"]), stepsOf(["create", "a"]), false), []);
  });
});

describe("stand-ins for providers", () => {
  it("name every path that changes, as the engine reads it", () => {
    deepEqual(changedPaths("spec", { ports: [1, 2], name: "a" }, { ports: [1, 3], name: "a", type: "b" }), [
      ["spec.ports[1]", "UPDATE"],
      ["spec.type", "ADD"],
    ]);
    const annotation = "service.beta.kubernetes.io/aws-load-balancer-internal";
    deepEqual(changedPaths("metadata", { annotations: { [annotation]: "true" } }, { annotations: {} }), [
      [`metadata.annotations["${annotation}"]`, "DELETE"],
    ]);
    deepEqual(changedPaths("list", [1], [1, 2]), [["list", "UPDATE"]]);
  });

  const account = new AwsAccount({ clock: new AwsClock(1, 0) });
  const aws = awsPackage(account);

  it("replace what another region's provider made, and nothing for other settings", () => {
    const before = { region: "us-east-1", defaultTags: "{}" };
    deepEqual(aws.diffConfig?.(before, { ...before, region: "us-west-2" }), {
      changed: ["region"],
      replaces: ["region"],
    });
    deepEqual(aws.diffConfig?.(before, { ...before, profile: "b" }), { changed: ["profile"], replaces: [] });
  });

  it("refuse settings of the aws provider that they do not know, and another account than the allowed ones", async () => {
    deepEqual(aws.checkConfig?.({ region: "us-east-1", profile: "a" }), []);
    deepEqual(
      aws.checkConfig?.({ endpoint: "x" })?.map(({ property }) => property),
      ["region", "endpoint"],
    );
    await aws.configure({ region: "us-east-1", allowedAccountIds: JSON.stringify([account.accountId]) });
    await rejects(
      aws.configure({ region: "us-east-1", allowedAccountIds: '["999999999999"]' }),
      /AWS account ID not allowed: \d{12}/,
    );
  });

  it("make nothing in a preview, and show what only the creation brings as unknown", async () => {
    const vpc = aws.resource("aws:ec2/vpc:Vpc");
    const op = { urn: "u", type: "aws:ec2/vpc:Vpc", name: "a", config: { region: "us-east-1", defaultTags: {} } };
    const inputs = { cidrBlock: "10.0.0.0/16" };
    deepEqual(await vpc?.planned?.({ ...op, timeout: 0, signal: AbortSignal.any([]) }, inputs, undefined), inputs);
    deepEqual(account.leftovers(), []);
  });

  const kubeconfig = (server: string, user = "aws") =>
    JSON.stringify({
      clusters: [{ name: "kubernetes", cluster: { server } }],
      contexts: [{ name: "aws", context: { cluster: "kubernetes", user } }],
      "current-context": "aws",
    });
  const [one, two] = [kubeconfig("https://one"), kubeconfig("https://two")];

  for (const [what, before, after, replaces] of [
    ["another server", { kubeconfig: one }, { kubeconfig: two }, ["kubeconfig"]],
    ["another user of the same server", { kubeconfig: one }, { kubeconfig: kubeconfig("https://one", "b") }, []],
    ["a kubeconfig that is not known yet", { kubeconfig: one }, { kubeconfig: unknownValue }, ["kubeconfig"]],
    [
      "another server under the same identifier",
      { kubeconfig: one, clusterIdentifier: "arn" },
      { kubeconfig: two, clusterIdentifier: "arn" },
      [],
    ],
    [
      "another identifier",
      { kubeconfig: one, clusterIdentifier: "arn" },
      { kubeconfig: one, clusterIdentifier: unknownValue },
      ["clusterIdentifier"],
    ],
    ["another way to apply", { kubeconfig: one }, { kubeconfig: one, enableSecretMutable: "true" }, []],
  ] as const) {
    it(`${replaces.length > 0 ? "replace" : "keep"} what is on a cluster for ${what}`, () => {
      deepEqual(configDifference(before, after).replaces, replaces);
    });
  }

  it("reach no cluster whose access list leaves the machine out, from the moment they were configured", async () => {
    let reason: string | undefined = "i/o timeout";
    const barred = kubernetesConfig({ kubeconfig: one }, { barred: () => reason });
    reason = undefined;
    await rejects(barred.kube.version(), /https:\/\/one: i\/o timeout/);
    const open = kubernetesConfig({ kubeconfig: one }, { barred: () => reason });
    reason = "i/o timeout";
    await rejects(open.kube.version(), /i\/o timeout/);
  });

  it("have EKS's endpoints answer those on their lists", () => {
    const cluster = (endpointPublicAccess: boolean, ...publicAccessCidrs: string[]) =>
      ({ endpointPublicAccess, publicAccessCidrs }) as Cluster;
    ok(admits(cluster(true, "198.51.100.0/24"), "198.51.100.7"));
    ok(!admits(cluster(true, "198.51.100.0/24"), "203.0.113.7"));
    ok(!admits(cluster(false, "0.0.0.0/0"), "203.0.113.7"));
  });
});
