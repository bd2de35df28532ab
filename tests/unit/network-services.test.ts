import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { decode, encode, type Packet } from "dns-packet";
import { claimRun, deadRuns, isAlive, releaseRun } from "../../rehearsal/base/run-registry";
import type { TargetCheck } from "../../rehearsal/network/plan/desired";
import { Resolver } from "../../rehearsal/network/services/dns";
import { HealthChecks } from "../../rehearsal/network/services/health";
import { loopbackIdentity } from "../../rehearsal/network/services/identity";

describe("Amazon's resolver", () => {
  const world = {
    vpcs: { "169.254.64.1": "vpc-1", "169.254.64.2": "vpc-2" },
    names: [
      { name: "api.eks.amazonaws.com", addresses: ["198.18.0.1"] },
      { name: "api.eks.amazonaws.com", addresses: ["10.1.0.4"], vpcId: "vpc-1" },
      { name: "ip-10-1-0-6.ec2.internal", addresses: ["10.1.0.6"], vpcId: "vpc-1" },
      { name: "nlb.elb.amazonaws.com", addresses: ["10.1.0.8", "10.1.16.8"] },
    ],
  };
  const resolver = new Resolver(() => world, 20);
  const ask = (name: string, from = "169.254.64.1", type: "A" | "AAAA" = "A") => {
    const query = encode({ type: "query", id: 7, flags: 0x100, questions: [{ name, type }] } as Packet);
    const reply = resolver.reply(query, from);
    assert.ok(reply);
    const { answers = [], id, ...header } = decode(encode(reply)) as Packet & { rcode?: string };
    assert.equal(id, 7);
    return { code: header.rcode, addresses: answers.map((each) => ("data" in each ? each.data : "")), answers };
  };

  it("says in a VPC what its own zone says, and elsewhere what everybody knows", () => {
    assert.deepEqual(ask("api.eks.amazonaws.com").addresses, ["10.1.0.4"]);
    assert.deepEqual(ask("API.eks.amazonaws.com", "169.254.64.2").addresses, ["198.18.0.1"]);
    assert.equal(ask("ip-10-1-0-6.ec2.internal", "169.254.64.2").code, "NXDOMAIN");
  });

  it("knows no other name, and no other type of one that it knows", () => {
    assert.equal(ask("example.com").code, "NXDOMAIN");
    const { code, addresses } = ask("nlb.elb.amazonaws.com", "169.254.64.1", "AAAA");
    assert.deepEqual([code, addresses], ["NOERROR", []]);
  });

  it("turns addresses, and lets them be kept for AWS's 60 seconds in the rehearsal's time", () => {
    const firsts = new Set([1, 2].map(() => ask("nlb.elb.amazonaws.com").addresses[0]));
    assert.equal(firsts.size, 2);
    assert.equal((ask("nlb.elb.amazonaws.com").answers[0] as { ttl?: number }).ttl, 3);
  });

  it("does not answer what is no question", () => {
    assert.equal(resolver.reply(Buffer.from("x"), "169.254.64.1"), undefined);
    assert.equal(resolver.reply(encode({ type: "response", questions: [] }), "169.254.64.1"), undefined);
  });
});

describe("health checks of load balancers", () => {
  const check: TargetCheck = {
    key: "k",
    from: "10.1.0.8",
    to: "10.1.0.6",
    port: 31443,
    protocol: "tcp",
    interval: 30,
    timeout: 10,
    healthyThreshold: 3,
    unhealthyThreshold: 2,
  };
  /** States after each look, with the looks that were taken. */
  async function states(results: readonly boolean[]): Promise<string[]> {
    const seen: string[] = [];
    let look = 0;
    const done = new Promise<void>((resolve) => {
      const checks: HealthChecks = new HealthChecks(
        30_000,
        () => {},
        async () => {
          if (look > 0) seen.push(checks.states[0]?.[1] ?? "");
          const result = results[look++];
          if (result !== undefined) return result;
          checks.update([]);
          resolve();
          return false;
        },
        1,
      );
      checks.update([check]);
    });
    await done;
    return seen;
  }

  it("take one success of a new target, and several in a row later", async () => {
    assert.deepEqual(await states([true, false, false, true, true, false, true, true, true]), [
      "healthy",
      "healthy",
      "unhealthy",
      "unhealthy",
      "unhealthy",
      "unhealthy",
      "unhealthy",
      "unhealthy",
      "healthy",
    ]);
  });

  it("hold a new target for neither before it has failed often enough", async () => {
    assert.deepEqual(await states([false, false]), ["initial", "unhealthy"]);
  });
});

describe("the registry of rehearsals", () => {
  it("tells the living from the dead, and knows no others", async function () {
    if (process.getuid?.() !== 0) this.skip();
    const child = spawn("sleep", ["60"]);
    claimRun("unittest", child.pid ?? 0, "/nowhere");
    const dead = () => deadRuns().filter(({ run }) => run === "unittest");
    assert.ok(isAlive("unittest"));
    assert.deepEqual(dead(), []);
    child.kill("SIGKILL");
    await once(child, "exit");
    assert.ok(!isAlive("unittest"));
    assert.deepEqual(dead(), [{ run: "unittest", scratch: "/nowhere" }]);
    releaseRun("unittest");
    assert.ok(!isAlive("unittest"));
    assert.deepEqual(dead(), []);
  });
});

describe("the certificate of webhooks", () => {
  it("is for loopback, and good now", async () => {
    const { X509Certificate } = await import("node:crypto");
    const certificate = new X509Certificate((await loopbackIdentity()).certificate);
    assert.equal(certificate.checkIP("127.0.0.1"), "127.0.0.1");
    assert.ok(Date.parse(certificate.validTo) > Date.now() && Date.parse(certificate.validFrom) < Date.now());
  });
});
