/** Whole rehearsals on real nodes, from nothing to nothing. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import type { BackendName } from "../../components/backends/profiles";
import { packetFindings } from "../support/findings";
import { needRealNodes } from "../support/real-nodes";
import { describeRehearsals, wentWell } from "../support/rehearsal";

/** A rehearsal, and the checks by packets that must have been asked in it, of one cluster or direction at least. */
interface Sent {
  readonly backend: BackendName;
  /** Default: the stack is called as the rehearsal. */
  readonly stack?: string;
  /** As `--config` takes it. */
  readonly config?: string;
  readonly ids: readonly string[];
}

/**
 * By name. `local` is Istio on clusters that are there already, `models` Istio without gateways and with one istiod for all; with
 * gateways and an istiod each, Istio has a lab that stays for drills, and so have plain load balancers: istio.test.ts,
 * loadbalancer.test.ts.
 * These rehearsals are asked for: `REAL_BACKENDS=cilium npm run test:real`. Cilium's images take half an hour where they are
 * made for the first time.
 */
const sent: Readonly<Record<string, Sent>> = {
  loadbalancer: { backend: "loadbalancer", ids: ["demo-replication", "loadbalancer-wire"] },
  local: { backend: "istio", ids: ["demo-replication", "istio-wire", "probe-grpc", "probe-http"] },
  models: {
    backend: "istio",
    stack: "istio",
    config: 'istio={"model":"primary-remote","network":"single"}',
    ids: ["demo-replication", "istio-packet-size", "istio-wire", "probe-grpc", "probe-http"],
  },
  cilium: { backend: "cilium", ids: ["cilium-policy", "demo-replication", "probe-grpc", "probe-http"] },
};

const asked = process.env.REAL_BACKENDS?.split(",") ?? ["local", "models"];
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

  for (const [name, rehearsed] of Object.entries(sent).filter(([each]) => asked.includes(each))) {
    const { backend, stack = name, config, ids } = rehearsed;
    it(`of ${name}: packets go, and nothing is left`, async function () {
      this.timeout(30 * 60_000);
      const before = surroundings();
      const others = namespaces();
      const ended = await world().start(
        ...["--stack", stack, "--nodes", "real"],
        ...(config === undefined ? [] : ["--config", config]),
      ).done;
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
