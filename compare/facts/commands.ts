/** What a person enters to build a lab with this program. */
import { type BackendName, profileOf } from "../../components/backends/profiles";
import { ConfigError, type ConfigMistake } from "../../components/base/config-mistakes";
import type { RawConfig } from "../../components/config/validate";
import { labSettings, validateLab } from "../../components/lab/config";
import type { Chart } from "../../components/plan/chart";

/**
 * The commands for a new stack: charts are fetched that no repository has, and what the program refuses to go on without
 * is set first.
 *
 * @param raw the lab's settings; which clusters there are decides what a backend wants to be told
 */
export function commandsHere(backend: BackendName, raw: RawConfig): string[] {
  const { clusters } = raw;
  const settings = { backend, ...(clusters === undefined ? {} : { clusters }) };
  const preset = labSettings.backend.parse(undefined);
  return [
    ...archived(profileOf(backend).charts),
    "pulumi stack init NAME",
    ...(backend === preset ? [] : [`pulumi config set backend ${backend}`]),
    ...missing(settings).map(({ key }) => `pulumi config set ... for ${key}`),
    "pulumi up",
  ];
}

/** What puts charts into a mirror that no repository has. */
function archived(charts: Readonly<Record<string, Chart>>): string[] {
  const commands = Object.values(charts).flatMap(({ archivedBy }) => archivedBy?.split(" && ") ?? []);
  return commands.length > 0 ? ["mkdir MIRROR", ...commands] : [];
}

/** Settings without which the configuration is refused. */
function missing(raw: RawConfig): readonly ConfigMistake[] {
  try {
    validateLab(raw, "a new stack");
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes.filter(({ given }) => given === undefined);
    throw error;
  }
}
