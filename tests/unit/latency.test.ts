import { deepEqual, equal, ok } from "node:assert/strict";
import { Latency, latencies } from "../../rehearsal/aws/account/latency";

const subjects = Array.from({ length: 200 }, (_, index) => `eu-west-1 cluster${index}`);

describe("latency of the emulated AWS", () => {
  it("is the same for the same seed, operation and subject", () => {
    const run = (seed: string) => subjects.map((subject) => new Latency(seed).of("eks:CreateCluster", subject));
    deepEqual(run("lab"), run("lab"));
    const other = run("another");
    ok(run("lab").every((seconds, index) => seconds !== other[index]));
  });

  it("lies within a tenth of its mean, on both sides", () => {
    for (const [operation, { seconds }] of Object.entries(latencies)) {
      const drawn = subjects.map((subject) => new Latency("lab").of(operation, subject));
      ok(Math.min(...drawn) >= 0.9 * seconds && Math.max(...drawn) <= 1.1 * seconds, operation);
      ok(Math.min(...drawn) < 0.95 * seconds && Math.max(...drawn) > 1.05 * seconds, `${operation} hardly varies`);
    }
  });

  it("is what AWS is known for, and a moment for what is not listed", () => {
    const minutes = (operation: string) => new Latency("lab").expected(operation) / 60;
    ok(minutes("eks:CreateCluster") >= 8 && minutes("eks:CreateCluster") <= 15);
    ok(minutes("eks:CreateNodegroup") >= 2 && minutes("eks:CreateNodegroup") <= 3);
    ok(minutes("ec2:CreateNatGateway") >= 1 && minutes("ec2:CreateNatGateway") <= 2);
    const balancer =
      minutes("elasticloadbalancing:CreateLoadBalancer") + minutes("elasticloadbalancing:WaitUntilActive");
    ok(balancer >= 2 && balancer <= 3);
    equal(new Latency("lab").expected("ec2:DescribeVpcs"), 0.2);
    equal(new Latency("lab").expected("ec2:DeleteSubnet"), 0.7);
  });
});
