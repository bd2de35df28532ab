import * as pulumi from "@pulumi/pulumi";
import { profileOf } from "../backends/profiles";
import { ConfigError } from "../base/config-mistakes";
import type { ExistingClusterArgs } from "../cluster/existing-cluster";
import { isExisting } from "../config/cluster";
import type { Surveyed } from "../existing/facts";
import { judge } from "../existing/judge";
import type { LabPlan } from "./plan";

/** By name of the cluster. */
export type FoundClusters = ReadonlyMap<string, ExistingClusterArgs["found"]>;

/**
 * Asks the clusters that are there already, in previews too: they are there, and what they say decides whether anything may
 * be made. Labs that make all of their clusters ask nobody.
 *
 * @throws pulumi.RunError with everything that stands against the lab
 */
export async function findExisting(plan: LabPlan): Promise<FoundClusters> {
  const existing = plan.clusters.filter(isExisting);
  if (existing.length === 0) return new Map();
  const { survey } = await import("../existing/survey.js");
  const surveyed = await survey(existing);
  const mistakes = judge({ ...profileOf(plan.config.backend), clusters: plan.clusters, demo: plan.demo }, surveyed);
  if (mistakes.length > 0) throw new pulumi.RunError(new ConfigError(mistakes, `stack ${plan.name}`).message);
  return new Map([...surveyed].map(([name, answer]) => [name, found(answer)]));
}

/** Whoever is silent or has no certificate has been refused. */
function found(answer: Surveyed): ExistingClusterArgs["found"] {
  if (answer.kind === "silent" || answer.certificateAuthority === undefined) throw new Error("judged too mildly");
  const { server, certificateAuthority, facts } = answer;
  return { server, certificateAuthority, identity: facts.identity };
}
