import type { BackendName } from "../../components/backends/profiles";
import type { Measurement } from "../../measure/measurement";
import { rehearseApart } from "../../rehearsal/run/apart";
import type { Comparison } from "../facts/comparison";
import { rehearsalFacts } from "../facts/rehearsal-facts";
import { withMeasurements } from "./measurements";
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
  return withMeasurements({ ...comparison, backends }, measurements, notMeasured);
}

const notMeasured =
  "its pods did not run in the rehearsal. It can be measured by a rehearsal where a registry with its images is reached";

/** Backends whose rehearsal went wrong. */
export function failedRehearsals({ backends }: Comparison): string[] {
  const candidates = Object.values(backends);
  return candidates.flatMap(({ title, rehearsal }) => (rehearsal?.shortcomings.length ? [title] : []));
}
