import { ok } from "node:assert/strict";
import type { BackendName } from "../../components/backends/profiles";
import { ConfigError } from "../../components/base/config-mistakes";
import type { RawConfig } from "../../components/config/validate";
import type { DemoPlan } from "../../components/demo/plan";
import { configOf, planOf } from "./config";

/** A backend with the demo on. */
export function settingsOf(backend: BackendName, demo: object = {}): RawConfig {
  const charts: RawConfig = backend === "calisti" ? { charts: '{"mirror":"/mirror"}' } : {};
  return { backend, ...charts, demo: JSON.stringify(demo) };
}

export function demoOf(settings: RawConfig): DemoPlan {
  const { demo } = planOf(settings);
  ok(demo);
  return demo;
}

/** What is wrong with a configuration, as `key: problem`. */
export function mistakesOf(settings: RawConfig): string[] {
  try {
    configOf(settings);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes.map(({ key, problem }) => `${key}: ${problem}`);
    throw error;
  }
}

/** Of a quantity in millicores or MiB. */
export const amount = (quantity: string) => Number.parseInt(quantity, 10);
