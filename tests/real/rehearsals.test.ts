/** Whole rehearsals on real nodes, from nothing to nothing. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import type { BackendName } from "../../components/backends/profiles";
import { packetFindings } from "../support/findings";
import { needRealNodes } from "../support/real-nodes";
import { describeRehearsals, wentWell } from "../support/rehearsal";

/**
 * By stack, checks by packets that must have been asked, of one cluster or direction at least. `local` is Istio on clusters that are
 * there already; Istio and plain load balancers on AWS have labs that stay for drills, in istio.test.ts and loadbalancer.test.ts.
 * These rehearsals are asked for: `REAL_BACKENDS=cilium npm run test:real`. Cilium's images take half an hour where they are
 * made for the first time.
 */
const sent: Readonly<Record<string, { readonly backend: BackendName; readonly ids: readonly string[] }>> = {
  loadbalancer: { backend: "loadbalancer", ids: ["demo-replication", "loadbalancer-wire"] },
  local: { backend: "istio", ids: ["demo-replication", "istio-wire", "probe-grpc", "probe-http"] },
  cilium: { backend: "cilium", ids: ["cilium-policy", "demo-replication", "probe-grpc", "probe-http"] },
};

const asked = process.env.REAL_BACKENDS?.split(",") ?? ["local"];
const unknown = asked.filter((name) => !(name in sent));
if (unknown.length > 0) throw new Error(`REAL_BACKENDS: ${unknown} has no test here; there are ${Object.keys(sent)}`);

/** Pods whose images may not be had; what carries the demo between clusters always can. */
const mayBeSimulated = /^(boutique\/|kube-system\/cilium-envoy-)/;

/** What of this machine a rehearsal must leave as it is. */
function surroundings(): string[] {
  return [
    ["ip", "link"],
    ["ip", "route"],
    ["ip", "rule"],
    ["nft", "list", "ruleset"],
  ].map(([program = "", ...args]) => execFileSync(program, args, { encoding: "utf8" }));
}

/** Network namespaces; those of other rehearsals come and go. */
function namespaces(): string[] {
  return execFileSync("ip", ["netns", "list"], { encoding: "utf8" }).split("\n");
}

describeRehearsals("rehearsals on real nodes", (world) => {
  before(function () {
    needRealNodes(this);
  });

  for (const [stack, { backend, ids }] of Object.entries(sent).filter(([name]) => asked.includes(name))) {
    it(`of the stack ${stack}: packets go, and nothing is left`, async function () {
      this.timeout(30 * 60_000);
      const before = surroundings();
      const others = namespaces();
      const ended = await world().start("--stack", stack, "--nodes", "real").done;
      wentWell(ended, backend);
      const { result } = ended;
      ok(result);
      equal(result.nodes, "real");
      deepEqual(result.openedWebhooks, []);
      ok(result.pods.real > 0);
      deepEqual(
        result.pods.simulated.filter(({ pod, reason }) => !mayBeSimulated.test(pod) && /cannot be had/.test(reason)),
        [],
      );
      const passed = packetFindings(ended).flatMap(({ id, status }) => (status === "pass" ? [id] : []));
      deepEqual([...new Set(passed)].sort(), ids);
      deepEqual(surroundings(), before);
      deepEqual(
        namespaces().filter((each) => !others.includes(each)),
        [],
      );
    });
  }
});
