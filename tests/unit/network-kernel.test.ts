import assert from "node:assert/strict";
import { deleteRoute } from "../../rehearsal/aws/ec2/routing";
import { difference, nothing } from "../../rehearsal/network/apply/difference";
import { kernelState } from "../../rehearsal/network/kernel/kernel";
import { deviceTo, NamespaceNames, runOf } from "../../rehearsal/network/kernel/names";
import type { KernelState } from "../../rehearsal/network/kernel/state";
import { planNetwork } from "../../rehearsal/network/plan/plan";
import { type LabVpc, NetworkAccount } from "../support/network-account";

describe("a real network in the kernel", () => {
  let lab: NetworkAccount;
  let near: LabVpc;
  let far: LabVpc;
  const names = new NamespaceNames("test");
  const attached = new Set<string>();
  const state = () =>
    kernelState(planNetwork(lab.account, { attached, health: new Map(), guards: new Map() }), names, () => 12345);
  const router = ({ vpc }: LabVpc) => names.of(vpc.id);
  const steps = (before: KernelState) => difference(before, state());

  before(async () => {
    lab = new NetworkAccount();
    near = await lab.vpc("us-east-1", 1);
    far = await lab.vpc("us-west-2", 2);
    await lab.peer(near, far);
    for (const { id } of near.instances) attached.add(id);
  });

  it("has names that the kernel takes, and that tell whose they are", () => {
    for (const { ends } of state().cables) for (const { device } of ends) assert.ok(device.length <= 15, device);
    assert.equal(
      new Set(state().cables.flatMap(({ ends }) => ends.map((end) => JSON.stringify(end)))).size,
      2 * state().cables.length,
    );
    assert.equal(runOf(names.of("i-0123")), "test");
    assert.equal(runOf("docker-1"), undefined);
    assert.notEqual(deviceTo("node", "i-0aaaaaaaaaaaaaaaa"), deviceTo("node", "i-0aaaaaaaaaaaaaaab"));
  });

  it("is made whole from nothing, and left alone when it is as it should be", () => {
    const made = steps(nothing);
    assert.equal(made.newNamespaces.length, 5);
    assert.equal(made.newCables.length, 5);
    assert.deepEqual([made.removals, made.goneNamespaces], [[], []]);
    assert.ok(Object.values(steps(state())).every((list) => list.length === 0));
  });

  it("changes only what a route table says when that changes", async () => {
    const before = state();
    const [peering = ""] = near.privateTable.routes.flatMap((route) => route.vpcPeeringConnectionId ?? []);
    await deleteRoute(lab.account, near.vpc.region, near.privateTable.id, far.vpc.cidrBlock);
    const { removals, ...rest } = steps(before);
    assert.deepEqual(removals, [
      { namespace: router(near), lines: ["route del 10.2.0.0/16 table 1000", "route del 10.2.0.0/16 table 1256"] },
    ]);
    assert.ok(Object.values(rest).every((list) => list.length === 0));
    await lab.route(near, near.privateTable, far.vpc.cidrBlock, peering);
    assert.equal(steps(before).additions.length, 0);
  });

  it("takes a node away with its namespace, and its routes with it", () => {
    const before = state();
    const [{ id }] = near.instances;
    attached.delete(id);
    const { goneNamespaces, removals } = steps(before);
    assert.deepEqual(goneNamespaces, [names.of(id)]);
    assert.deepEqual(removals[0]?.lines, [
      `route del ${lab.address(near.instances[0])}/32`,
      "route del 10.1.15.0/26",
      `link del ${deviceTo("node", id)}`,
    ]);
    attached.add(id);
  });

  it("replaces rules all at once, and only those of the VPC that is concerned", () => {
    const before = state();
    const rule = lab.admit(near, { ipProtocol: "tcp", fromPort: 80, toPort: 81, cidrIpv4: "10.2.0.0/16" });
    const { firewalls, ...rest } = steps(before);
    assert.deepEqual(
      firewalls.map(({ namespace }) => namespace),
      [router(near)],
    );
    const line = `ip daddr @${near.group.id} ip saddr 10.2.0.0/16 meta l4proto 6 th dport 80-81 return`;
    assert.ok(firewalls[0]?.table.includes(line), firewalls[0]?.table);
    assert.ok(Object.values(rest).every((list) => list.length === 0));
    lab.revoke(rule);
  });

  it("admits to public addresses of API servers whoever is on the list", () => {
    const backbone = state().namespaces.find(({ name }) => name === names.backbone);
    assert.match(
      backbone?.firewall ?? "",
      /ip saddr @admitted-\w+ ip daddr 198\.\S+ tcp dport 443 dnat to 127\.0\.0\.1:12345/,
    );
  });
});
