/** Measurements in a comparison, whichever lab they are of. */
import type { BackendName } from "../../components/backends/profiles";
import type { Measurement } from "../../measure/measurement";
import type { Candidate, Comparison } from "../facts/comparison";
import { measuredFacts } from "../facts/measured-facts";

/**
 * Each beside plain load balancers, where these were measured too.
 *
 * @param notMeasured why the others were not, and where they can be
 */
export function withMeasurements(
  comparison: Comparison,
  measurements: ReadonlyMap<BackendName, Measurement>,
  notMeasured: string,
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
  const { name, processors, processor, kernel, ofNodes } = machine;
  const where = ofNodes
    ? `Measured on ${name} (${processor}, ${processors} processors together, ${kernel})`
    : `Measured on ${name} (${processors} of ${processor}, ${kernel}), which also ran both clusters`;
  const distance = ofNodes ? "" : ". The network between the clusters adds no distance";
  return [
    where,
    `${at.slice(0, 16).replace("T", " ")} UTC; Kubernetes ${kubernetes}; ${runs} runs of ${seconds} s in an order by chance`,
    `${rate} calls a second over 4 connections${distance}. Shown is the middle, in brackets the least and the greatest`,
  ].join("; ");
}
