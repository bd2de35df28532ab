import assert from "node:assert/strict";
import type { Faults } from "../../rehearsal/aws/account/account";
import { InitFailed, type Props } from "../../rehearsal/base/operations";
import { parseFault } from "../../rehearsal/faults/fault";
import { Injector } from "../../rehearsal/faults/injector";
import { eksFunctions, eksHandlers } from "../../rehearsal/providers/aws/eks";
import type { AwsConfig, AwsHandler } from "../../rehearsal/providers/aws/resource-kind";
import type { Operation } from "../../rehearsal/providers/provider";
import { region, world } from "./eks-fakes";

type World = Awaited<ReturnType<typeof world>>;

function resource(lab: World, type: string) {
  const handler = eksHandlers(lab.eks)[type] as Required<AwsHandler>;
  const op: Operation<AwsConfig> = {
    urn: `urn:pulumi:test::test::${type}::it`,
    type,
    name: "it",
    config: { region, defaultTags: { lab: "yes" } },
    timeout: 0,
    signal: new AbortController().signal,
  };
  return {
    create: async (given: Props) => {
      const { inputs } = await handler.check(op, given, {});
      return { ...(await handler.create(op, inputs)), inputs };
    },
    diff: (id: string, before: Props, after: Props, state: Props) => handler.diff(op, id, before, after, state),
    read: (id: string, state: Props, inputs: Props) => handler.read(op, id, state, inputs),
    update: (id: string, state: Props, news: Props, before: Props) => handler.update(op, id, state, news, before),
    delete: (id: string, state: Props) => handler.delete(op, id, state),
  };
}

describe("EKS in the aws provider", () => {
  let lab: World;
  const clusterInputs = () => ({
    name: "one",
    roleArn: lab.roles.cluster,
    version: "1.35",
    vpcConfig: { subnetIds: lab.network.private, endpointPrivateAccess: true, publicAccessCidrs: ["198.51.100.0/24"] },
    accessConfig: { authenticationMode: "API" },
  });
  beforeEach(async () => {
    lab = await world();
  });
  afterEach(() => lab.eks.close());

  it("shows a cluster as the provider does, and sees no change where there is none", async () => {
    const clusters = resource(lab, "aws:eks/cluster:Cluster");
    const { id, inputs, outputs } = await clusters.create(clusterInputs());
    assert.equal(id, "one");
    assert.equal(outputs.arn, `arn:aws:eks:${region}:111122223333:cluster/one`);
    assert.equal(outputs.status, "ACTIVE");
    assert.equal(outputs.certificateAuthority.data, "Y2E=");
    assert.match(outputs.vpcConfig.clusterSecurityGroupId, /^sg-/);
    assert.equal(outputs.vpcConfig.vpcId, lab.network.vpc.id);
    assert.match(outputs.identities[0].oidcs[0].issuer, /^https:\/\/oidc\.eks\.eu-west-1\.amazonaws\.com\/id\//);
    assert.deepEqual(outputs.tagsAll, { lab: "yes" });
    const read = await clusters.read(id, outputs, inputs);
    assert.deepEqual(read?.inputs, inputs);
    assert.deepEqual((await clusters.diff(id, inputs, inputs, outputs)).changed, []);
  });

  it("changes who reaches the endpoint in place, and replaces for subnets", async () => {
    const clusters = resource(lab, "aws:eks/cluster:Cluster");
    const { id, inputs, outputs } = await clusters.create(clusterInputs());
    const opened = { ...inputs, vpcConfig: { ...inputs.vpcConfig, publicAccessCidrs: ["203.0.113.0/24"] } };
    assert.deepEqual((await clusters.diff(id, inputs, opened, outputs)).replaces, []);
    const updated = await clusters.update(id, outputs, opened, inputs);
    assert.deepEqual(updated.vpcConfig.publicAccessCidrs, ["203.0.113.0/24"]);
    const moved = { ...inputs, vpcConfig: { ...inputs.vpcConfig, subnetIds: lab.network.public } };
    assert.deepEqual((await clusters.diff(id, inputs, moved, outputs)).replaces, ["vpcConfig"]);
    await clusters.delete(id, outputs);
    assert.equal(await clusters.read(id, outputs, inputs), undefined);
  });

  it("keeps a node group that failed in the state, so that it can be deleted", async () => {
    await lab.cluster();
    const groups = resource(lab, "aws:eks/nodeGroup:NodeGroup");
    const scalingConfig = { minSize: 1, desiredSize: 1, maxSize: 1 };
    const inputs = { clusterName: "one", nodeRoleArn: lab.roles.node, subnetIds: lab.network.private, scalingConfig };
    const failure = await groups.create(inputs).then(
      () => assert.fail("nodes became Ready without a CNI"),
      (error: unknown) => error,
    );
    assert.ok(failure instanceof InitFailed);
    assert.equal(failure.outputs.status, "CREATE_FAILED");
    await groups.delete(failure.id, failure.outputs);
    assert.deepEqual(lab.account.list("instance"), []);
  });

  it("gives the versions of add-ons", async () => {
    const versionOf = eksFunctions(lab.eks)["aws:eks/getAddonVersion:getAddonVersion"];
    const asked = { addonName: "vpc-cni", kubernetesVersion: "1.35" };
    const usual = await versionOf?.(lab.account, region, asked);
    const newest = await versionOf?.(lab.account, region, { ...asked, mostRecent: true });
    assert.match(usual?.version, /^v1\.\d+\.\d+-eksbuild\.\d+$/);
    assert.notEqual(usual?.version, newest?.version);
  });

  it("reads every resource by requests to EKS", async () => {
    const requests: string[] = [];
    const before = (operation: string) => void requests.push(operation);
    const watched = await world({ faults: { before } });
    for (const type of Object.keys(eksHandlers(watched.eks))) {
      requests.length = 0;
      await resource(watched, type).read("no:such", {}, { clusterName: "no" });
      assert.deepEqual(requests, ["eks:Describe"], type);
    }
  });

  it("is throttled by its own name, reads too", async () => {
    const injector = new Injector([parseFault("throttle:ec2:1"), parseFault("throttle:eks:2")], () => {});
    const refused: string[] = [];
    // Nothing goes wrong before the cluster is there.
    let faults: Faults = {};
    const before = async (operation: string, subject: string) => {
      try {
        await faults.before?.(operation, subject);
      } catch (error) {
        refused.push(`${operation} ${(error as Error).message}`);
        throw error;
      }
    };
    const throttled = await world({ faults: { before } });
    await throttled.cluster();
    faults = injector.aws;
    const cluster = resource(throttled, "aws:eks/cluster:Cluster");
    const found = await cluster.read("one", {}, {});
    assert.equal(found?.outputs.name, "one");
    assert.deepEqual(refused, [
      "eks:Describe ThrottlingException: Rate exceeded",
      "eks:Describe ThrottlingException: Rate exceeded",
    ]);
    assert.deepEqual(injector.pending, ["throttle:ec2:1"]);
    await throttled.eks.close();
  });

  it("makes access entries with policies, and pod identities", async () => {
    await lab.cluster();
    const entries = resource(lab, "aws:eks/accessEntry:AccessEntry");
    const policies = resource(lab, "aws:eks/accessPolicyAssociation:AccessPolicyAssociation");
    const names = { clusterName: "one", principalArn: lab.roles.cluster };
    const entry = await entries.create(names);
    const policy = await policies.create({
      ...names,
      policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy",
      accessScope: { type: "cluster" },
    });
    assert.deepEqual((await policies.read(policy.id, policy.outputs, policy.inputs))?.inputs, policy.inputs);
    await assert.rejects(entries.create(names), /ResourceInUseException/);
    await entries.delete(entry.id, entry.outputs);
    assert.equal(await policies.read(policy.id, policy.outputs, policy.inputs), undefined);
    const identities = resource(lab, "aws:eks/podIdentityAssociation:PodIdentityAssociation");
    const wanted = { clusterName: "one", namespace: "a", serviceAccount: "b", roleArn: lab.roles.node };
    await assert.rejects(identities.create(wanted), /pods\.eks\.amazonaws\.com/);
  });
});
