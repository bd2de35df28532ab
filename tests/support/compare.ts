import { withMeasurements } from "../../compare/cli/measurements";
import type { BackendFacts } from "../../compare/facts/backend-facts";
import { type Candidate, type Comparison, compare } from "../../compare/facts/comparison";
import { rehearsalFacts } from "../../compare/facts/rehearsal-facts";
import { type BackendName, backendNames } from "../../components/backends/profiles";
import type { RawConfig } from "../../components/config/validate";
import { base, clustersOf } from "./config";
import { measurementOf } from "./measurement";
import { resultOf } from "./report";

/** Settings of a lab of three clusters with the demo. */
export const threeClusters: RawConfig = { clusters: clustersOf(3), demo: '{"front":"cluster1","back":"cluster2"}' };

/** The default lab with the demo, on a fixed day, with `settings` laid over. */
export function comparisonOf(settings: RawConfig = {}, names?: readonly BackendName[]): Comparison {
  const { adminCidrs } = base;
  const all = { ...(adminCidrs ? { adminCidrs } : {}), charts: '{"mirror":"MIRROR"}', ...settings };
  return compare({ stack: "test", settings: all, day: "2026-11-23" }, names);
}

/** The column of one backend. */
export function candidateOf(backend: BackendName, settings: RawConfig = {}): Candidate {
  const found = comparisonOf(settings).backends[backend];
  if (!found) throw new Error(`the comparison has no ${backend}`);
  return found;
}

/** What is said of a backend that takes the settings. */
export function factsOf(backend: BackendName, settings: RawConfig = {}): BackendFacts {
  const { facts, refused } = candidateOf(backend, settings);
  if (!facts) throw new Error(`${backend} refuses: ${JSON.stringify(refused)}`);
  return facts;
}

/** The same as if two of them had been rehearsed and measured, on one machine. */
export function measured(comparison: Comparison): Comparison {
  const both = (["istio", "loadbalancer"] as const).map((name) => [name, measurementOf(name)] as const);
  return withMeasurements(rehearsed(comparison), new Map(both), "its pods did not run in the rehearsal");
}

/** The same as if each backend had been rehearsed. */
export function rehearsed(comparison: Comparison): Comparison {
  const backends = backendNames.flatMap((name) => {
    const candidate = comparison.backends[name];
    return candidate ? [[name, { ...candidate, rehearsal: rehearsalFacts(resultOf()) }] as const] : [];
  });
  return { ...comparison, backends: Object.fromEntries(backends) };
}
