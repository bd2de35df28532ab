import assert from "node:assert/strict";
import type { NatGateway, VpcPeeringConnection } from "../../rehearsal/aws/ec2/items";
import type { Cluster, Instance, LoadBalancer } from "../../rehearsal/aws/eks/items";
import { UserError } from "../../rehearsal/base/user-error";
import type { DesiredNetwork, Situation, TargetState, VpcNetwork } from "../../rehearsal/network/plan/desired";
import { planNetwork } from "../../rehearsal/network/plan/plan";
import { type LabVpc, NetworkAccount } from "../support/network-account";

describe("the plan of a real network", () => {
  let lab: NetworkAccount;
  let near: LabVpc;
  const plan = (situation: Partial<Situation> = {}) =>
    planNetwork(lab.account, { attached: new Set(), health: new Map(), guards: new Map(), ...situation });
  const vpcOf = (network: DesiredNetwork, { vpc }: LabVpc): VpcNetwork => {
    const found = network.vpcs.find(({ id }) => id === vpc.id);
    assert.ok(found);
    return found;
  };
  const targets = () => vpcOf(plan(), near).subnets.map(({ routes }) => routes.map(({ target }) => target));

  beforeEach(async () => {
    lab = new NetworkAccount();
    near = await lab.vpc("us-east-1", 1);
  });

  it("has the ways out that route tables say, as long as they lead anywhere", () => {
    const nat = { by: "nat-gateway", address: lab.natAddress(near) };
    const internet = { by: "internet-gateway" };
    assert.deepEqual(targets(), [[nat], [nat], [internet], [internet]]);
    const [gateway] = lab.account.list<NatGateway>("natgateway");
    Object.assign(gateway ?? {}, { state: "deleting" });
    assert.deepEqual(targets()[0], [{ by: "nothing" }]);
    Object.assign(gateway ?? {}, { state: "available" });
    near.publicTable.routes = [];
    assert.deepEqual(targets()[0], [{ by: "nothing" }], "a NAT gateway reaches no further than its subnet");
  });

  it("joins VPCs whose peering is active, with the MTU of the way", async () => {
    const far = await lab.vpc("us-west-2", 2);
    await lab.peer(near, far);
    const [peering] = lab.account.list<VpcPeeringConnection>("vpc-peering-connection");
    assert.deepEqual(plan().peerings, [{ id: peering?.id, vpcIds: [near.vpc.id, far.vpc.id], mtu: 8500 }]);
    assert.equal(targets()[0]?.[1]?.by, "peering");
    Object.assign(peering ?? {}, { peerRegion: "us-east-1" });
    assert.equal(plan().peerings[0]?.mtu, 9001);
    Object.assign(peering ?? {}, { state: "pending-acceptance" });
    assert.deepEqual(plan().peerings, []);
    assert.equal(targets()[0]?.[1]?.by, "nothing");
  });

  it("counts interfaces and pods behind them to a group, and no addresses of an overlay", () => {
    const members = () => vpcOf(plan(), near).groups.find(({ groupId }) => groupId === near.group.id)?.addresses;
    const own = near.instances.map((instance) => lab.address(instance));
    assert.deepEqual(
      members()?.filter((each) => own.includes(each)),
      own,
    );
    assert.ok(members()?.includes("10.1.15.0/26"));
    const interfaces = plan().endpoints.flatMap((endpoint) => endpoint.interfaces);
    assert.equal(interfaces.length, 2);
    assert.ok(interfaces.every((address) => members()?.includes(address)));
    Object.assign(near.instances[0], { podCidr: "192.168.0.0/26" });
    assert.ok(!members()?.includes("192.168.0.0/26"));
  });

  it("writes down rules of both directions, with ICMP's wildcards", () => {
    lab.admit(near, { ipProtocol: "icmp", fromPort: 3, toPort: -1, cidrIpv4: "10.0.0.0/8" });
    lab.admit(near, { ipProtocol: "-1", referencedSecurityGroupId: near.group.id });
    lab.admit(near, { ipProtocol: "-1", cidrIpv6: "::/0" });
    const rules = vpcOf(plan(), near).rules.filter(({ groupId }) => groupId === near.group.id);
    const rest = { groupId: near.group.id, from: undefined, to: undefined };
    assert.deepEqual(rules, [
      { ...rest, direction: "egress", protocol: "all", peer: { cidr: "0.0.0.0/0" } },
      { ...rest, direction: "ingress", protocol: 1, from: 3, peer: { cidr: "10.0.0.0/8" } },
      { ...rest, direction: "ingress", protocol: "all", peer: { groupId: near.group.id } },
    ]);
  });

  it("has no place for VPCs of overlapping ranges, and says what to do", async () => {
    await lab.vpc("us-west-2", 1);
    assert.throws(
      () => plan(),
      (error) => error instanceof UserError && /10\.1\.0\.0\/16 in us-east-1.*different ranges/.test(error.message),
    );
  });

  it("puts on the network only instances that were attached", () => {
    assert.deepEqual(vpcOf(plan(), near).nodes, []);
    const [{ id }] = near.instances;
    const guards = [{ address: "10.1.15.2", admits: [] }];
    const situation = { attached: new Set([id]), guards: new Map([[id, guards]]) };
    assert.deepEqual(vpcOf(plan(situation), near).nodes, [
      { instanceId: id, address: "10.1.0.5", gateway: "10.1.0.1", podCidr: "10.1.15.0/26", guards },
    ]);
  });

  describe("with a load balancer", () => {
    let balancer: LoadBalancer;
    const health = (...states: TargetState[]) =>
      new Map(plan().checks.map(({ key }, index) => [key, states[index] ?? "initial"]));
    const sent = (states: TargetState[]) =>
      vpcOf(plan({ health: health(...states) }), near).balancers.flatMap(({ addresses }) =>
        addresses.map(({ listeners }) => listeners[0]?.targets),
      );
    const named = (states: TargetState[]) =>
      plan({ health: health(...states) }).names.find(({ name }) => name.includes(".elb."))?.addresses.length;
    let here: string[];

    beforeEach(async () => {
      await lab.balance(near);
      const [made] = lab.account.list<LoadBalancer>("load-balancer");
      assert.ok(made);
      balancer = Object.assign(made, { state: "active", published: true });
      here = near.instances.map((instance: Instance) => lab.address(instance));
    });

    it("sends connections to healthy targets of the same zone", () => {
      assert.deepEqual(sent(["initial", "initial"]), [[], []]);
      assert.deepEqual(sent(["healthy", "healthy"]), [[here[0]], [here[1]]]);
      assert.deepEqual(sent(["healthy", "unhealthy"]), [[here[0]], []]);
    });

    it("sends them everywhere when no target anywhere is healthy", () => {
      assert.deepEqual(sent(["unhealthy", "initial"]), [[], []]);
      assert.deepEqual(sent(["unhealthy", "unhealthy"]), [[here[0]], [here[1]]]);
    });

    it("sends them to other zones when told so", () => {
      balancer.crossZone = true;
      assert.deepEqual(sent(["healthy", "healthy", "healthy", "unhealthy"]), [here, [here[0]]]);
    });

    it("is named by the addresses of zones with healthy targets, when its name is known at all", () => {
      assert.equal(named(["healthy", "healthy"]), 2);
      assert.equal(named(["healthy", "unhealthy"]), 1);
      assert.equal(named(["initial", "initial"]), 0);
      balancer.published = false;
      assert.equal(named(["healthy", "healthy"]), undefined);
    });

    it("is nowhere before it is active", () => {
      balancer.state = "provisioning";
      const { checks, vpcs } = plan();
      assert.deepEqual([checks, vpcs[0]?.balancers], [[], []]);
    });
  });

  it("names API servers by their interfaces inside, and by public addresses elsewhere", () => {
    const cluster = lab.account.get<Cluster>("eks-cluster", near.cluster.id);
    const host = new URL(near.cluster.endpoint).hostname;
    const views = (access: Partial<Cluster>) => {
      Object.assign(cluster ?? {}, { endpointPrivateAccess: true, endpointPublicAccess: true, ...access });
      const known = plan().names.filter(({ name }) => name === host);
      const kind = (address: string | undefined) => (address?.startsWith("10.1.") ? "private" : "public");
      return known.map(({ vpcId, addresses }) => `${vpcId ? "inside" : "everywhere"}: ${kind(addresses[0])}`);
    };
    assert.deepEqual(views({}), ["everywhere: public", "inside: private"]);
    assert.deepEqual(views({ endpointPublicAccess: false }), ["everywhere: private", "inside: private"]);
    assert.deepEqual(views({ endpointPrivateAccess: false }), ["everywhere: public"]);
  });
});
