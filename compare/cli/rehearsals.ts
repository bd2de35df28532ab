import type { BackendName } from "../../components/backends/profiles";
import type { Measurement } from "../../measure/measurement";
import { rehearseApart } from "../../rehearsal/run/apart";
import type { Candidate, Comparison } from "../facts/comparison";
import { measuredFacts } from "../facts/measured-facts";
import { rehearsalFacts } from "../facts/rehearsal-facts";
import type { Options } from "./options";

/**
 * The comparison with a rehearsal of every backend that takes the settings.
 *
 * @param tell is told what goes on
 */
export async function withRehearsals(
  comparison: Comparison,
  { stack, config, nodes, measure }: Pick<Options, "stack" | "config" | "nodes" | "measure">,
  tell: (line: string) => void,
): Promise<Comparison> {
  const how = ["--nodes", nodes, ...(measure ? ["--measure"] : [])];
  const settings = ["--stack", stack, ...how, ...config.flatMap((each) => ["--config", each])];
  const backends = { ...comparison.backends };
  const measurements = new Map<BackendName, Measurement>();
  const names = (Object.keys(backends) as BackendName[]).filter((name) => backends[name]?.facts);
  for (const [index, name] of names.entries()) {
    const candidate = backends[name];
    if (!candidate) continue;
    tell(`\n${candidate.title}: rehearsal ${index + 1} of ${names.length}`);
    const report = ["--report", `reports/rehearsal-${stack}-${name}.html`];
    const result = await rehearseApart([...settings, "--config", `backend=${name}`, ...report], "stderr");
    backends[name] = { ...candidate, rehearsal: rehearsalFacts(result) };
    if (result?.measurement) measurements.set(name, result.measurement);
  }
  return withMeasurements({ ...comparison, backends }, measurements);
}

const notMeasured =
  "its pods did not run in the rehearsal. It can be measured by a rehearsal where a registry with its images is reached";

/** Each beside plain load balancers, where these were measured too. */
export function withMeasurements(
  comparison: Comparison,
  measurements: ReadonlyMap<BackendName, Measurement>,
): Comparison {
  const [any] = measurements.values();
  if (!any) return comparison;
  const baseline = measurements.get("loadbalancer");
  const backends = { ...comparison.backends };
  for (const [name, measurement] of measurements) {
    const candidate = backends[name];
    if (candidate) backends[name] = { ...candidate, measured: measuredFacts(measurement, baseline) };
  }
  for (const [name, candidate] of Object.entries(backends) as [BackendName, Candidate][]) {
    if (candidate.facts && !candidate.measured) backends[name] = { ...candidate, notMeasured };
  }
  return { ...comparison, backends, measuring: measuringText(any) };
}

function measuringText({ at, machine, effort, kubernetes }: Measurement): string {
  const { runs, seconds, rate } = effort;
  return [
    `Measured on ${machine.name} (${machine.processors} of ${machine.processor}, ${machine.kernel}), which also ran both clusters`,
    `${at.slice(0, 16).replace("T", " ")} UTC; Kubernetes ${kubernetes}; ${runs} runs of ${seconds} s in an order by chance`,
    `${rate} calls a second over 4 connections. The network between the clusters adds no distance. Shown is the middle, in brackets the least and the greatest`,
  ].join("; ");
}

/** Backends whose rehearsal went wrong. */
export function failedRehearsals({ backends }: Comparison): string[] {
  const candidates = Object.values(backends);
  return candidates.flatMap(({ title, rehearsal }) => (rehearsal?.shortcomings.length ? [title] : []));
}
