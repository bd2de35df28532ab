/** What the tests of all backends' rehearsals have in common. */
import { deepEqual, equal, ok } from "node:assert/strict";
import type { CheckResult } from "../../checks/run/run";
import type { BackendName } from "../../components/backends/profiles";
import { backendFindings, packetFindings } from "./findings";
import { type Ended, World } from "./rehearse";
import { needTools } from "./tools";

/**
 * A suite of rehearsals. Each of its tests has a world of its own, in which nothing may be left at its end.
 *
 * @param define is given the world of the test that runs
 */
export function describeRehearsals(title: string, define: (world: () => World) => void): void {
  describe(title, function () {
    this.timeout(15 * 60_000);
    let world: World;
    before(async function () {
      await needTools(this);
    });
    beforeEach(() => {
      world = new World();
    });
    afterEach(() => {
      try {
        deepEqual(world.scratches(), [], "a scratch folder is left");
        deepEqual(world.processes(), [], "a process is left");
      } finally {
        world.close();
      }
    });
    define(() => world);
  });
}

/** The lab came up, was at rest, and went without a trace. */
export function wentWell({ code, output, result }: Ended, backend: BackendName): void {
  equal(code, 0, output);
  ok(result);
  equal(result.backend, backend);
  equal(result.up?.result, "succeeded");
  equal(result.secondUp?.changes, 0);
  equal(result.destroy?.result, "succeeded");
  deepEqual(result.destroy?.leftovers, { aws: [], kubernetes: [], state: 0 });
}

/** Checks that ask pods, whatever their findings rest on. */
export const askPods = [
  "cilium-agent-peers",
  "istio-knows-peer",
  "istio-proxies",
  "istio-proxy-roots",
  "linkerd-gateway-probe",
  "linkerd-proxies",
] as const;

/**
 * The backend's checks were asked of each of two clusters, or of both directions, and no others; and they all passed, but for those
 * that ask pods where pods are simulated.
 *
 * @param skipped whether a check does not apply with these settings. Default: all apply
 */
export function allPassed(
  ended: Ended,
  { each, both }: { readonly each: readonly string[]; readonly both: readonly string[] },
  skipped: (check: CheckResult) => boolean = () => false,
): void {
  const findings = backendFindings(ended);
  const expected = [
    ...each.flatMap((id) => [`${id} cluster1`, `${id} cluster2`]),
    ...both.flatMap((id) => [`${id} cluster1 cluster2`, `${id} cluster2 cluster1`]),
  ];
  deepEqual(findings.map(asked).sort(), expected.sort());
  const isSimulated = ended.result?.nodes === "simulated";
  if (isSimulated) {
    for (const check of packetFindings(ended)) equal(check.status, "skipped", `${asked(check)}: ${check.detail}`);
  }
  for (const check of findings) {
    const nobody = isSimulated && askPods.some((id) => id === check.id);
    equal(check.status, nobody || skipped(check) ? "skipped" : "pass", `${asked(check)}: ${check.detail}`);
  }
}

/** `id cluster peer` of the checks that ended so. */
export function findingsThat(ended: Ended, status: CheckResult["status"]): string[] {
  return backendFindings(ended)
    .filter((check) => check.status === status)
    .map(asked)
    .sort();
}

function asked({ id, cluster, peer }: CheckResult): string {
  return `${id} ${cluster}${peer ? ` ${peer}` : ""}`;
}
