import { deepEqual, equal, ok, rejects, throws } from "node:assert/strict";
import type { Interceptor, Verb } from "../../rehearsal/base/operations";
import { faultText, parseFault } from "../../rehearsal/faults/fault";
import { Injector } from "../../rehearsal/faults/injector";
import { fullSweep, sweepLabs } from "../../rehearsal/sweep/labs";

const forms = [
  "fail:create:12",
  "fail:delete:aws:ec2/vpc:Vpc::cluster1",
  "throttle:ec2:10",
  "late:30",
  "stale:20",
  "kill:up:40",
  "kill:destroy:3",
  "abandon:40",
  "lose-api:cluster1",
  "no-address:istio-system/istio-eastwestgateway",
];

const plainly: Interceptor = (_verb, _op, run) => run();

function injector(...faults: string[]) {
  let kills = 0;
  const made = new Injector(faults.map(parseFault), () => kills++);
  const intercept = made.intercept(plainly);
  const act = (verb: Verb, name = "one") =>
    intercept(verb, { urn: `urn::${name}`, type: "aws:ec2/vpc:Vpc", name }, async () => "done");
  return { made, act, kills: () => kills };
}

describe("faults", () => {
  for (const text of forms)
    it(`${text} is understood and written back`, () => equal(faultText(parseFault(text)), text));

  for (const text of ["", "fail", "fail:read:1", "kill:up:0", "kill:refresh:1", "throttle:ec2", "late:soon"]) {
    it(`"${text}" is refused with the forms there are`, () =>
      throws(() => parseFault(text), /no such fault[\s\S]*abandon:N/));
  }

  it("fail the n-th operation of a verb, once", async () => {
    const { made, act } = injector("fail:create:2");
    made.begin("up");
    equal(await act("create"), "done");
    ok(!made.disturbed);
    await rejects(async () => act("create"), /told to let this fail \(--fault fail:create:2\)/);
    ok(made.disturbed);
    equal(await act("create"), "done");
    deepEqual(made.pending, []);
  });

  it("fail updates and deletions as they fail creations", async () => {
    for (const verb of ["update", "delete"] as const) {
      const { made, act } = injector(`fail:${verb}:1`);
      made.begin("destroy");
      equal(await act("create"), "done");
      await rejects(async () => act(verb), /told to let this fail/);
      equal(await act(verb), "done");
    }
  });

  it("throttle so many calls of one service, with its own code", () => {
    const { made } = injector("throttle:ec2:2", "throttle:eks:1");
    made.begin("up");
    const refused = (operation: string) => () => void made.aws.before?.(operation, "subject");
    throws(refused("ec2:CreateVpc"), { code: "RequestLimitExceeded" });
    throws(refused("ec2:CreateSubnet"), { code: "RequestLimitExceeded" });
    refused("ec2:CreateSubnet")();
    refused("iam:CreateRole")();
    throws(refused("eks:CreateCluster"), { code: "ThrottlingException" });
    deepEqual(made.pending, []);
  });

  it("make answers late and reads stale, and nothing without them", () => {
    const slow = injector("late:30", "stale:20").made.aws;
    deepEqual([slow.lateness?.("ec2:CreateVpc", "subject"), slow.staleness?.()], [30, 20]);
    const usual = injector().made.aws;
    deepEqual([usual.lateness?.("ec2:CreateVpc", "subject"), usual.staleness?.()], [0, 0]);
  });

  it("fail a resource by its name, and say what did not come to pass", async () => {
    const { made, act } = injector("fail:create:aws:ec2/vpc:Vpc::two", "fail:create:aws:ec2/vpc:Vpc::three");
    made.begin("up");
    equal(await act("create", "one"), "done");
    await rejects(async () => act("create", "two"));
    deepEqual(made.pending, ["fail:create:aws:ec2/vpc:Vpc::three"]);
  });

  it("kill the engine at an operation of their phase, reads not counted", async () => {
    const { made, act, kills } = injector("kill:destroy:2");
    made.begin("up");
    for (let count = 0; count < 3; count++) await act("create");
    made.begin("destroy");
    await act("delete");
    await act("read");
    equal(kills(), 0);
    await act("delete");
    equal(kills(), 1);
    equal(made.killed?.next, "again");
  });

  it("lose an API server when destroy begins, and a load balancer's address until the next attempt", () => {
    const { made } = injector("lose-api:cluster1", "no-address:mesh/gateway");
    made.begin("up");
    deepEqual(made.losses(), []);
    ok(made.neverReady("mesh/gateway"));
    ok(made.neverReady("mesh/gateway"));
    ok(!made.neverReady("mesh/other"));
    made.begin("up");
    ok(!made.neverReady("mesh/gateway"));
    made.begin("destroy");
    deepEqual(made.losses(), ["cluster1"]);
    made.begin("destroy");
    deepEqual(made.losses(), []);
  });
});

describe("a sweep", () => {
  const created = Array.from({ length: 100 }, (_, index) => `type::${index}`);

  it("refuses every creation once", () => {
    const faults = sweepLabs({ created, deletions: 90 }, fullSweep).flatMap((lab) => lab.faults);
    const refused = faults.filter((fault) => fault.startsWith("fail:"));
    deepEqual(refused.sort(), created.map((each) => `fail:create:${each}`).sort());
  });

  it("kills within the phases, at points that the seed decides", () => {
    const labs = (seed: number) => JSON.stringify(sweepLabs({ created, deletions: 90 }, { ...fullSweep, seed }));
    equal(labs(1), labs(1));
    ok(labs(1) !== labs(2));
    const kills = sweepLabs({ created, deletions: 90 }, fullSweep)
      .flatMap((lab) => lab.faults)
      .map(parseFault)
      .filter((fault) => fault.kind === "kill");
    equal(kills.length, 2 * fullSweep.kills + fullSweep.abandoned);
    for (const { phase, operation } of kills) ok(operation >= 1 && operation <= (phase === "up" ? 100 : 90));
  });
});
