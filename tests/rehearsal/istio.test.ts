import { deepEqual, equal, match, ok } from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import type { CheckResult } from "../../checks/run/run";
import { istioCharts } from "../../components/backends/istio/charts";
import { backendFindings, demoFindings, demoInOrder } from "../support/findings";
import { askPods, describeRehearsals } from "../support/rehearsal";
import type { Ended, World } from "../support/rehearse";

/** Checks of what Istio has in other models than the default. */
const otherModels = ["istio-discovery", "istio-peer-gateway"];

describeRehearsals("npm start", (world) => {
  describe("with Istio, kept", () => {
    let up: Ended;
    let down: Ended;

    it("brings the lab up, keeps it, and takes it down without a trace", async () => {
      // As anybody's first `npm start`, waiting included.
      up = await world().start("--speed", "60", "--keep", "--config", 'tags={"owner":"team-a"}').done;
      equal(up.code, 0, up.output);
      equal(up.result?.backend, "istio");
      deepEqual(up.result?.clusters, ["cluster1", "cluster2"]);
      equal(up.result?.up?.result, "succeeded");
      match(up.output, /export KUBECONFIG=/);
      deepEqual(world().untagged({ owner: "team-a", "multicluster-lab": "dev" }), []);
      deepEqual(await world().exposure(up), [], "secrets in clear");
      await podsAsPlanned(world());
      await verified(up);

      const another = await world().start().done;
      equal(another.code, 1);
      match(another.output, /npm start -- --down ends it/);

      down = await world().start("--down").done;
      equal(down.code, 0, down.output);
      equal(down.result?.destroy?.result, "succeeded");
      deepEqual(down.result?.destroy?.leftovers, { aws: [], kubernetes: [], state: 0 });
      const report = readFileSync(world().report, "utf8");
      for (const id of ["up", "destroy", "checks", "flows", "price"]) ok(report.includes(`<h2 id="${id}">`), id);
    });

    it("asks every check of every cluster, or of every direction", () => {
      const asked = backendFindings(up).map(({ id, cluster, peer }) => `${id} ${cluster}${peer ? ` ${peer}` : ""}`);
      const each = [
        "mtu",
        "istio-running",
        "istio-authority",
        "istio-identity",
        "istio-gateway-address",
        "istio-cross-network-gateway",
        "istio-proxies",
        "istio-proxy-roots",
      ];
      const both = [
        ...["istio-authorities-differ", "istio-identities-differ", "istio-remote-secret", "istio-knows-peer"],
        ...otherModels,
      ];
      const expected = [
        ...each.flatMap((id) => [`${id} cluster1`, `${id} cluster2`]),
        ...both.flatMap((id) => [`${id} cluster1 cluster2`, `${id} cluster2 cluster1`]),
      ];
      deepEqual(asked.sort(), expected.sort());
      for (const { id, status, detail } of backendFindings(up)) {
        const skipped = [...askPods, ...otherModels].some((each) => each === id);
        equal(status, skipped ? "skipped" : "pass", `${id}: ${detail}`);
      }
      deepEqual(demoFindings(up), demoInOrder);
    });

    it("opens the injector's webhook, which nothing could answer, and says so", () => {
      for (const cluster of ["dev-cluster1", "dev-cluster2"]) {
        ok(
          up.result?.openedWebhooks.some(
            (each) => each.cluster === cluster && each.configuration.endsWith("istio-sidecar-injector"),
          ),
          `${cluster}: ${JSON.stringify(up.result?.openedWebhooks)}`,
        );
      }
    });

    it("tells how long AWS would have taken, and the least it could", () => {
      for (const phase of [up.result?.up, down.result?.destroy]) {
        ok(phase && phase.lowerBoundMinutes > 5, JSON.stringify(phase));
        ok(phase.awsMinutes >= phase.lowerBoundMinutes, JSON.stringify(phase));
        ok(
          phase.criticalPath.some((step) => step.includes("aws:eks/cluster:Cluster")),
          phase.criticalPath.join(),
        );
      }
    });
  });

  it("prints every mistake of a configuration at once and starts nothing", async () => {
    const { code, output, result } = await world().start(
      "--config",
      "backend=isto",
      "--config",
      'clusters=[{"name":"A"}]',
    ).done;
    equal(code, 1);
    equal(result, undefined);
    for (const key of [
      "backend",
      "clusters[0].name",
      "clusters[0].region",
      "clusters[0].vpcCidr",
      "clusters[0].serviceCidr",
    ]) {
      ok(output.includes(`  ${key}: `), output);
    }
    ok(!output.includes("    at "), output);
  });

  it("names charts that a mirror lacks in one sentence and leaves nothing", async () => {
    const { code, output } = await world().start("--charts", __dirname).done;
    equal(code, 1);
    ok(output.includes(`istiod ${istioCharts.istiod.version}`), output);
    ok(!output.includes("    at "), output);
  });

  it("leaves no process and no folder when it is interrupted while it builds", async () => {
    const { child, done } = world().start();
    while (
      !world()
        .processes()
        .some((line) => line.includes("kube-apiserver"))
    ) {
      equal(child.exitCode, null, "it ended by itself");
      await pause(100);
    }
    child.kill("SIGINT");
    const { code } = await done;
    equal(code, 130);
    // What was killed needs a moment to be gone.
    for (let attempt = 0; attempt < 50 && world().processes().length > 0; attempt++) await pause(100);
  });
});

/** The command that is printed for a kept lab asks it, and takes nothing away where nobody would feel it. */
async function verified({ output }: Ended): Promise<void> {
  const outputs = /npm run verify -- --outputs (\S+)/.exec(output)?.[1];
  ok(outputs, output);
  const program = join(__dirname, "../../checks/run/verify.ts");
  const asked = await promisify(execFile)(
    process.execPath,
    ["--import", "tsx", program, "--outputs", outputs, "--json", "--disrupt"],
    { maxBuffer: 10_000_000 },
  );
  const checks: CheckResult[] = JSON.parse(asked.stdout);
  const disruptions = checks.filter(({ id }) => id.startsWith("disrupt-"));
  equal(disruptions.length, 6);
  for (const { status, detail } of disruptions) deepEqual([status, detail], ["skipped", "pods are simulated"]);
  ok(checks.some(({ id, status }) => id === "istio-remote-secret" && status === "pass"));
}

/** The pods that the plan packs onto the nodes are there, with addresses of their VPCs. */
async function podsAsPlanned(world: World): Promise<void> {
  for (const [cluster, vpc] of [
    ["dev-cluster1", "10.1."],
    ["dev-cluster2", "10.2."],
  ] as const) {
    const pods = await world.kube(cluster).list("v1", "Pod");
    // Two nodes: aws-node and kube-proxy on both, two of coredns, istiod, its gateway, and half of the demo.
    equal(pods.length, 15, "other pods than those that the plan packs onto the nodes");
    const addresses = pods.map(({ status }) => `${(status as { podIP?: string }).podIP}`);
    ok(addresses.length > 0 && addresses.every((address) => address.startsWith(vpc)), `${cluster}: ${addresses}`);
  }
}
