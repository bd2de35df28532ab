/** A lab with plain load balancers on real nodes, whose CNI enforces NetworkPolicies: what checks find when one is in the way. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { type CheckResult, runChecks } from "../../checks/run/run";
import { openRealLab, type RealLab } from "../support/real-lab";

/** What is mended needs a moment, and what is wrong for good no long look. */
const mending = { configuration: 60_000, packets: 60_000 } as const;
const looking = { configuration: 5_000, packets: 20_000 } as const;

describe("Plain load balancers on real nodes", function () {
  this.timeout(10 * 60_000);
  let lab: RealLab;
  before(async function () {
    this.timeout(90 * 60_000);
    lab = await openRealLab(this, "loadbalancer", []);
  });
  after(async function () {
    this.timeout(15 * 60_000);
    await lab?.close();
  });

  const failing = async (patienceMs: typeof mending | typeof looking) => {
    const checks = await runChecks(lab.lab, { patienceMs });
    return checks.filter(({ status }) => status === "fail").map(asked);
  };

  it("let peers in as the demo's policies say", async () => deepEqual(await failing(mending), []));

  it("find a NetworkPolicy in the way, and nothing else", async () => {
    const kube = lab.kube(lab.carts.primary);
    const ref = {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      namespace: lab.namespace,
      name: "redis-cart",
    };
    const before = (await kube.get(ref))?.spec as { readonly ingress: readonly { readonly from: readonly object[] }[] };
    const [rule] = before.ingress;
    ok(rule, "the policy of Redis admits somebody");
    equal(await becomes(true), true, "whoever is in the VPC may call what peers call");
    // Peers come by a load balancer, with the address of a node.
    const pods = rule.from.filter((peer) => "podSelector" in peer);
    ok(pods.length > 0 && pods.length < rule.from.length, JSON.stringify(rule));
    await kube.mergePatch(ref, { spec: { ingress: [{ ...rule, from: pods }] } });
    try {
      equal(await becomes(false), false);
      // What comes by the node that Redis is on comes from that, which may always call it: half of all connections.
      const certain = (await failing(looking)).filter((each) => !each.startsWith("demo-replication"));
      deepEqual(certain, [`demo-protection ${lab.carts.primary}`]);
    } finally {
      await kube.mergePatch(ref, { spec: { ingress: before.ingress } });
    }
    equal(await becomes(true), true);
    deepEqual(await failing(mending), []);
  });

  /** Whether Redis answers a pod that is none of its callers, as soon as it is so. */
  async function becomes(answered: boolean): Promise<boolean> {
    for (let attempt = 0; attempt < 20; attempt++) {
      if ((await lab.answersStranger(lab.carts.primary)) === answered) return answered;
      await pause(500);
    }
    return !answered;
  }

  describe("in the end", () => {
    it("go, and leave nothing", async () => {
      await lab.destroy();
    });
  });
});

const asked = ({ id, cluster, peer }: CheckResult) => `${id} ${cluster}${peer === undefined ? "" : ` ${peer}`}`;
