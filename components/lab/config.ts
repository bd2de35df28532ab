/**
 * The configuration of a lab: the common settings, the demo's, and those of every backend; and what they must have in common.
 */
import { z } from "zod";
import { type BackendName, backendNames, backendProfiles, profileOf } from "../backends/profiles";
import type { ConfigMistake } from "../base/config-mistakes";
import { setting } from "../base/setting";
import type { ClusterConfig } from "../config/cluster";
import { type CommonConfig, commonSettings } from "../config/common";
import { commonChecks } from "../config/cross-checks";
import type { ConfigOf } from "../config/schema";
import { type RawConfig, validate, type WholeClusters } from "../config/validate";
import { demoChecks } from "../demo/refusals";
import { demoSettings } from "../demo/settings";
import { workloadOf } from "../demo/workload";
import { backendChecks } from "../plan/backend-limits";
import type { BackendConfig, PartialBackendConfig } from "../plan/backend-profile";

type BackendSettings = { readonly [Name in BackendName]: (typeof backendProfiles)[Name]["settings"] };

const backendSettings = Object.fromEntries(
  Object.entries(backendProfiles).map(([name, { settings }]) => [name, settings]),
) as BackendSettings;

/** All settings, by key, in the order in which documents list them. */
export const labSettings = {
  backend: setting(
    z.enum(backendNames).default("istio"),
    "How the clusters are joined",
    `one of ${backendNames.join(", ")}`,
  ),
  ...commonSettings,
  demo: demoSettings,
  ...backendSettings,
};

/** The configuration of a lab, complete and checked. */
export interface LabConfig extends ConfigOf<typeof labSettings> {}

/**
 * The checked configuration.
 *
 * @param where whose configuration this is, for the message, e.g. `stack dev`
 * @throws ConfigError with all mistakes at once
 */
export function validateLab(raw: RawConfig, where: string): LabConfig {
  return validate(raw, where, labSettings, crossChecks);
}

/** The configuration as the chosen backend sees it. */
export function backendConfig(config: LabConfig): BackendConfig<unknown> {
  const seen = { ...commonOf(config), own: config[config.backend] as unknown };
  return { ...seen, workload: workloadOf(config, profileOf(config.backend).exporter(seen)) } as BackendConfig<unknown>;
}

function crossChecks(
  valid: Partial<LabConfig>,
  clusters: readonly Partial<ClusterConfig>[],
  whole: WholeClusters,
): ConfigMistake[] {
  const { backend } = valid;
  const demo = { demo: valid.demo, clusters: namesOf(clusters) };
  if (!backend) return [...commonChecks(valid, clusters, undefined), ...demoChecks(demo, undefined)];
  const profile = profileOf(backend);
  const seen = partialBackendConfig(valid, backend);
  return [
    ...commonChecks(valid, clusters, profile.sharedAddresses?.(seen)),
    ...backendChecks(profile, seen, whole),
    ...demoChecks(demo, { title: profile.title, ...profile.exporter(seen) }),
  ];
}

/** Undefined when one is not known: then nothing can be said of who is not there. */
function namesOf(clusters: readonly Partial<ClusterConfig>[]): string[] | undefined {
  const names = clusters.flatMap(({ name }) => name ?? []);
  return names.length > 0 && names.length === clusters.length ? names : undefined;
}

function partialBackendConfig(valid: Partial<LabConfig>, backend: BackendName): PartialBackendConfig<unknown> {
  const { clusters, demo } = valid;
  const config = { ...commonOf(valid), own: valid[backend] as unknown };
  if (!clusters || !demo) return config;
  return { ...config, workload: workloadOf({ clusters, demo }, profileOf(backend).exporter(config)) };
}

/** A backend sees no settings but the common ones and its own. */
function commonOf(config: Partial<LabConfig>): Partial<CommonConfig> {
  const keys = Object.keys(commonSettings) as (keyof CommonConfig)[];
  return Object.fromEntries(keys.filter((key) => key in config).map((key) => [key, config[key]]));
}
