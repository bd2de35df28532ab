import assert from "node:assert/strict";
import { AwsAccount, type Faults } from "../../rehearsal/aws/account/account";
import { AwsClock } from "../../rehearsal/aws/account/clock";
import { AwsError } from "../../rehearsal/aws/account/errors";
import { createNetworkInterface, deleteNetworkInterface } from "../../rehearsal/aws/ec2/interfaces";
import { InitFailed, type Props } from "../../rehearsal/base/operations";
import { awsPackage } from "../../rehearsal/providers/aws/package";
import type { AwsHandler } from "../../rehearsal/providers/aws/resource-kind";
import type { Operation } from "../../rehearsal/providers/provider";
import { newAccount, region } from "./ec2-lab";

const tokens = {
  vpc: "aws:ec2/vpc:Vpc",
  subnet: "aws:ec2/subnet:Subnet",
  role: "aws:iam/role:Role",
  rule: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
} as const;

/** The provider as the engine uses it, one region. */
class Provider {
  private readonly aws;
  readonly config = { region, defaultTags: { lab: "mesh" } };

  constructor(readonly account: AwsAccount = newAccount()) {
    this.aws = awsPackage(account);
  }

  handler(type: string): Required<AwsHandler> {
    const found = this.aws.resource(type);
    assert.ok(found, type);
    return found as Required<AwsHandler>;
  }

  op(type: string, signal = new AbortController().signal): Operation<typeof this.config> {
    return { urn: `urn::${type}`, type, name: "name", config: this.config, timeout: 0, signal };
  }

  async create(type: string, given: Props) {
    const op = this.op(type);
    const { inputs } = await this.handler(type).check(op, given, {});
    return { inputs, ...(await this.handler(type).create(op, inputs)) };
  }

  invoke(name: string, args: Props): Promise<Props> {
    assert.ok(this.aws.invoke);
    return this.aws.invoke(`aws:index/${name}:${name}`, args, this.config);
  }
}

describe("aws provider stand-in", () => {
  it("shows the provider's outputs and no difference for what nobody touched", async () => {
    const provider = new Provider();
    const { id, inputs, outputs } = await provider.create(tokens.vpc, {
      cidrBlock: "10.0.0.0/16",
      tags: { Name: "a" },
    });
    assert.match(id, /^vpc-0[0-9a-f]{16}$/);
    assert.deepEqual([outputs.tags, outputs.tagsAll], [{ Name: "a" }, { lab: "mesh", Name: "a" }]);
    const vpc = provider.handler(tokens.vpc);
    const read = await vpc.read(provider.op(tokens.vpc), id, outputs, inputs);
    assert.deepEqual(read, { inputs, outputs });
    assert.deepEqual((await vpc.diff(provider.op(tokens.vpc), id, inputs, inputs, outputs)).changed, []);
  });

  it("replaces for what cannot change and updates the rest in place", async () => {
    const provider = new Provider();
    const { id, inputs, outputs } = await provider.create(tokens.vpc, { cidrBlock: "10.0.0.0/16" });
    const vpc = provider.handler(tokens.vpc);
    const diff = (change: Props) => vpc.diff(provider.op(tokens.vpc), id, inputs, { ...inputs, ...change }, outputs);
    assert.deepEqual((await diff({ cidrBlock: "10.1.0.0/16" })).replaces, ["cidrBlock"]);
    assert.deepEqual((await diff({ enableDnsHostnames: true })).replaces, []);
    const news = { ...inputs, enableDnsHostnames: true, tags: { Name: "b" } };
    const updated = await vpc.update(provider.op(tokens.vpc), id, outputs, news, inputs);
    assert.deepEqual([updated.enableDnsHostnames, updated.tagsAll], [true, { lab: "mesh", Name: "b" }]);
  });

  it("changes a rule's source in place and replaces the rule for another sort of source", async () => {
    const provider = new Provider();
    const before = { securityGroupId: "sg-0", cidrIpv4: "10.0.0.0/16", ipProtocol: "-1" };
    const diff = (after: Props) =>
      provider.handler(tokens.rule).diff(provider.op(tokens.rule), "sgr-0", before, after, { region });
    assert.deepEqual((await diff({ ...before, cidrIpv4: "10.1.0.0/16" })).replaces, []);
    const { replaces } = await diff({ securityGroupId: "sg-0", referencedSecurityGroupId: "sg-1", ipProtocol: "-1" });
    assert.deepEqual([...(replaces ?? [])].sort(), ["cidrIpv4", "referencedSecurityGroupId"]);
  });

  it("reads nothing for what is gone, and deletes it without complaint", async () => {
    const provider = new Provider();
    const { id, inputs, outputs } = await provider.create(tokens.vpc, { cidrBlock: "10.0.0.0/16" });
    const vpc = provider.handler(tokens.vpc);
    await vpc.delete(provider.op(tokens.vpc), id, outputs);
    assert.equal(await vpc.read(provider.op(tokens.vpc), id, outputs, inputs), undefined);
    await vpc.delete(provider.op(tokens.vpc), id, outputs);
  });

  it("reads each resource by requests to its own service", async () => {
    const requests: string[] = [];
    const before = (operation: string) => void requests.push(operation);
    const provider = new Provider(newAccount({ faults: { before } }));
    for (const [type, request] of [
      [tokens.subnet, "ec2:Describe"],
      [tokens.rule, "ec2:Describe"],
      [tokens.role, "iam:Describe"],
    ] as const) {
      requests.length = 0;
      await provider.handler(type).read(provider.op(type), "no-such", {}, {});
      assert.deepEqual(requests, [request], type);
    }
  });

  it("makes up names as the provider does and keeps them", async () => {
    const provider = new Provider();
    const role = provider.handler(tokens.role);
    const first = await role.check(provider.op(tokens.role), { assumeRolePolicy: { Version: "2012-10-17" } }, {});
    assert.match(first.inputs.name, /^name-[0-9a-f]{7}$/);
    assert.equal(first.inputs.assumeRolePolicy, '{"Version":"2012-10-17"}');
    const second = await role.check(provider.op(tokens.role), { assumeRolePolicy: "{}" }, first.inputs);
    assert.equal(second.inputs.name, first.inputs.name);
  });

  it("refuses host bits in its plan", async () => {
    const provider = new Provider();
    const { failures } = await provider
      .handler(tokens.vpc)
      .check(provider.op(tokens.vpc), { cidrBlock: "10.0.0.7/16" }, {});
    assert.match(failures?.[0]?.reason ?? "", /the network is 10\.0\.0\.0\/16/);
  });

  it("waits for what is in a subnet's way, and gives up after 20 minutes of AWS time", async () => {
    const provider = new Provider();
    const { account } = provider;
    const vpc = await provider.create(tokens.vpc, { cidrBlock: "10.0.0.0/16" });
    const args = { vpcId: vpc.id, cidrBlock: "10.0.0.0/24", availabilityZone: `${region}a` };
    const { id, outputs } = await provider.create(tokens.subnet, args);
    const card = createNetworkInterface(account, region, { subnetId: id, description: "aws-K8S-i-0" });
    const subnet = provider.handler(tokens.subnet);
    const start = account.clock.now();
    await assert.rejects(subnet.delete(provider.op(tokens.subnet), id, outputs), (error: Error) => {
      assert.match(
        error.message,
        /^deleting EC2 Subnet \(subnet-.*operation error EC2: DeleteSubnet, api error Depende/,
      );
      return true;
    });
    assert.ok(account.clock.now() - start >= 1200);
    const going = subnet.delete(provider.op(tokens.subnet), id, outputs);
    await account.sleep(30);
    deleteNetworkInterface(account, card.id);
    await going;
  });

  it("knows the zones of a region", async () => {
    const { names, zoneIds } = await new Provider().invoke("getAvailabilityZones", {
      state: "available",
      filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
      excludeZoneIds: ["use1-az3"],
      region: "us-east-1",
    });
    assert.deepEqual(
      names,
      ["a", "b", "c", "d", "f"].map((letter) => `us-east-1${letter}`),
    );
    assert.ok(!zoneIds.includes("use1-az3"));
  });
});

describe("emulated account", () => {
  it("comes back from a snapshot as it was", async () => {
    const provider = new Provider();
    await provider.create(tokens.vpc, { cidrBlock: "10.0.0.0/16" });
    const { account } = provider;
    const restored = AwsAccount.restore(JSON.parse(JSON.stringify(account.snapshot())), { clock: account.clock });
    assert.deepEqual(restored.snapshot(), account.snapshot());
    assert.equal(restored.newId("vpc"), account.newId("vpc"));
  });

  it("tries throttled calls again, and lets other faults through", async () => {
    let refusals = 3;
    const before: Faults["before"] = (operation) => {
      if (operation === "ec2:CreateVpc" && refusals-- > 0) throw new AwsError("RequestLimitExceeded", "Slow down.");
      if (operation === "ec2:CreateSubnet") throw new AwsError("InternalError", "An internal error has occurred");
    };
    const provider = new Provider(newAccount({ faults: { before } }));
    const { id } = await provider.create(tokens.vpc, { cidrBlock: "10.0.0.0/16" });
    const args = { vpcId: id, cidrBlock: "10.0.0.0/24", availabilityZone: `${region}a` };
    await assert.rejects(provider.create(tokens.subnet, args), /api error InternalError/);
  });

  it("waits for late answers and for what cannot be read yet, and gives up after a while", async () => {
    const slow = newAccount({ faults: { lateness: () => 30, staleness: () => 20 } });
    await new Provider(slow).create(tokens.vpc, { cidrBlock: "10.0.0.0/16" });
    assert.ok(slow.clock.now() > 50, `${slow.clock.now()} seconds`);

    const stale = newAccount({ faults: { staleness: () => 400 } });
    const creation = new Provider(stale).create(tokens.vpc, { cidrBlock: "10.0.0.0/16" });
    // It is there, so the engine must learn its id.
    await assert.rejects(creation, (error) => error instanceof InitFailed && /^vpc-/.test(error.id));
  });

  it("ends a wait on cancel and still says what it made", async () => {
    const provider = new Provider(newAccount({ clock: new AwsClock(1, 0) }));
    const abort = new AbortController();
    const made = provider
      .handler(tokens.vpc)
      .create(provider.op(tokens.vpc, abort.signal), { cidrBlock: "10.0.0.0/16" });
    setTimeout(() => abort.abort(new Error("cancelled")), 20);
    assert.match((await made).id, /^vpc-/);
  });
});
