/** The stack's configuration file as the rehearsal sees it: read as the engine would, with overrides laid over. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { underOwnName } from "../../components/config/own-settings";
import type { RawConfig } from "../../components/config/validate";
import { UserError } from "../base/user-error";

/** A stack as the engine would read it. */
export interface StackFile {
  readonly project: string;
  /** Settings with their namespace, as in the file. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * From where the rehearsal's user reaches the API servers, unless the stack says: a network for documentation (RFC 5737),
 * since the emulated servers listen on this machine alone.
 */
const rehearsedAdminCidrs = ["198.51.100.0/24"];

/** @throws UserError when there is no such stack or an override is malformed */
export function readStackFile(root: string, stack: string, overrides: readonly string[]): StackFile {
  const project: string = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8")).name;
  const file = join(root, "stacks", `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) {
    throw new UserError(`There is no stack ${stack}: stacks/ has ${stackNames(root).join(", ")}.`);
  }
  const settings: Record<string, unknown> = underOwnName(parse(readFileSync(file, "utf8"))?.config ?? {}, project);
  for (const override of overrides) lay(settings, project, override);
  settings[`${project}:adminCidrs`] ??= rehearsedAdminCidrs;
  return { project, settings };
}

/** Names of the stacks that have a file. */
export function stackNames(root: string): string[] {
  return readdirSync(join(root, "stacks"))
    .flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? [])
    .sort();
}

/** The project's own settings as the engine hands them to the program: text, and JSON for lists and maps. */
export function rawConfig({ project, settings }: StackFile): RawConfig {
  const own = Object.entries(settings).filter(([key]) => !key.includes(":") || key.startsWith(`${project}:`));
  return Object.fromEntries(
    own.map(([key, value]) => [
      key.replace(`${project}:`, ""),
      typeof value === "object" ? JSON.stringify(value) : String(value),
    ]),
  );
}

function lay(settings: Record<string, unknown>, project: string, override: string): void {
  const separator = override.indexOf("=");
  if (separator < 1) throw new UserError(`${override}: write a setting as KEY=VALUE.`);
  const path = override.slice(0, separator);
  const text = override.slice(separator + 1);
  const [first = "", ...rest] = steps(path);
  const key = String(first).includes(":") ? String(first) : `${project}:${first}`;
  const root = { [key]: structuredClone(settings[key]) };
  set(root, [key, ...rest], value(path, text));
  settings[key] = root[key];
}

/** `clusters[0].podCidr` as `pulumi config set --path` takes it: names and places in lists. */
function steps(path: string): (string | number)[] {
  return path.split(/\.|(?=\[)/).map((step) => (/^\[\d+\]$/.test(step) ? Number(step.slice(1, -1)) : step));
}

/** Puts a value where the path leads, making what is not there on the way. */
function set(root: object, path: readonly (string | number)[], to: unknown): void {
  const last = path.at(-1) ?? "";
  const parent = path.slice(0, -1).reduce<Record<PropertyKey, unknown>>(
    (at, step, index) => {
      at[step] ??= typeof path[index + 1] === "number" ? [] : {};
      return at[step] as Record<PropertyKey, unknown>;
    },
    root as Record<PropertyKey, unknown>,
  );
  parent[last] = to;
}

/** Lists, maps, numbers below a key and truth values as they are; versions like 1.30 keep their last zero. */
function value(path: string, text: string): unknown {
  if (steps(path).length === 1 && !/^[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    if (/^[[{]/.test(text)) throw new UserError(`${path}: ${text} is not valid JSON.`);
    return text;
  }
}
