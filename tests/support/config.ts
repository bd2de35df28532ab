import { ConfigError } from "../../components/base/config-mistakes";
import type { RawConfig } from "../../components/config/validate";
import type { LabConfig } from "../../components/lab/config";
import { backendConfig, validateLab } from "../../components/lab/config";
import { type LabPlan, plan } from "../../components/lab/plan";
import type { BackendConfig } from "../../components/plan/backend-profile";

/** What tests start from: an administrator, and the lab alone; what is asked of the demo turns it on. */
export const base: RawConfig = { adminCidrs: '["198.51.100.0/24"]', demo: '{"enabled":false}' };

/** The demo as it is when nothing is said about it. */
export const withDemo: RawConfig = { demo: "{}" };

/** A complete configuration: the defaults on that base, with `settings` laid over. */
export function configOf(settings: RawConfig = {}): LabConfig {
  return validateLab({ ...base, ...settings }, "stack test");
}

/** The same as the chosen backend sees it. */
export function seenConfig<Settings>(settings: RawConfig = {}): BackendConfig<Settings> {
  return backendConfig(configOf(settings)) as BackendConfig<Settings>;
}

/** A plan on a fixed day. */
export function planOf(settings: RawConfig = {}): LabPlan {
  // Calisti's charts come from a mirror or not at all.
  const charts: RawConfig = settings.backend === "calisti" ? { charts: '{"mirror":"MIRROR"}' } : {};
  return plan("test", configOf({ ...charts, ...settings }), "2026-11-23");
}

/** Whether the program takes these settings, rather than refuse them. */
export function isAccepted(settings: RawConfig): boolean {
  try {
    planOf(settings);
    return true;
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}

/** `count` clusters over the given regions, each with addresses of its own. */
export function clustersOf(count: number, regions: readonly string[] = ["us-east-1", "us-west-2"]): string {
  return JSON.stringify(
    Array.from({ length: count }, (_, index) => ({
      name: `cluster${index + 1}`,
      region: regions[index % regions.length],
      vpcCidr: `10.${index + 1}.0.0/16`,
      serviceCidr: `172.${20 + index}.0.0/16`,
      podCidr: `10.${101 + index}.0.0/16`,
    })),
  );
}
