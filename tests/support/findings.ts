import { certificatesLast } from "../../checks/common/lifetimes";
import type { CheckResult } from "../../checks/run/run";
import type { Ended } from "./rehearse";

const isOfDemo = ({ id }: CheckResult) => id.startsWith("demo-");

const isConfiguration = ({ evidence }: CheckResult) => evidence === "configuration";

/** What the backend's own checks found that go by what is configured. */
export function backendFindings({ result }: Ended): CheckResult[] {
  return (result?.checks ?? [])
    .filter(isConfiguration)
    .filter((check) => !isOfDemo(check) && check.id !== certificatesLast.id);
}

/** What checks by packets found, the demo's and the backend's. */
export function packetFindings({ result }: Ended): CheckResult[] {
  return (result?.checks ?? []).filter((check) => !isConfiguration(check));
}

/** What the demo's checks found that go by what is configured, a line each, in order. */
export function demoFindings({ result }: Ended): string[] {
  return (result?.checks ?? [])
    .filter(isConfiguration)
    .filter(isOfDemo)
    .map(({ id, cluster, peer, status, detail }) => {
      const asked = `${id} ${cluster}${peer ? ` ${peer}` : ""}`;
      return status === "fail" ? `${asked}: ${detail}` : `${asked} ${status}`;
    })
    .sort();
}

/** What they find when all is well and nothing is said of the demo: the carts' Redis and the frontend on the first cluster. */
export const demoInOrder: readonly string[] = [
  "demo-exports cluster1 pass",
  "demo-exports cluster2 pass",
  "demo-front-door cluster1 pass",
  "demo-front-door cluster2 skipped",
  "demo-membership cluster1 pass",
  "demo-membership cluster2 pass",
  "demo-protection cluster1 pass",
  "demo-protection cluster2 pass",
  "demo-replica cluster1 cluster2 skipped",
  "demo-replica cluster2 cluster1 pass",
  "demo-workloads cluster1 pass",
  "demo-workloads cluster2 pass",
];

/** For rehearsals that are about something else. */
export const withoutDemo = ["--config", 'demo={"enabled":false}'] as const;
