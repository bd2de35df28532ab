/**
 * From the strings that Pulumi hands out to a checked configuration: every setting on its own first, then what they must
 * have in common, and all mistakes together at the end.
 */
import { z } from "zod";
import { ConfigError, type ConfigMistake, didYouMean } from "../base/config-mistakes";
import { type ClusterConfig, clusterSchemaOf, existingClusterSchema } from "./cluster";
import { type ConfigOf, describedAt, knownKeys, type Settings } from "./schema";

/** Settings as Pulumi keeps them: scalars as text, lists and maps as JSON. Keys without the project's name. */
export type RawConfig = Readonly<Record<string, string>>;

/**
 * What settings must have in common: asked of what is valid so far, silent about what it cannot judge.
 *
 * @param clusters what is valid of each cluster, at its place in the list, also where another of its fields is not
 * @param whole those of which everything is, at their places
 */
type CrossChecks<S extends Settings> = (
  valid: Partial<ConfigOf<S>>,
  clusters: readonly Partial<ClusterConfig>[],
  whole: WholeClusters,
) => readonly ConfigMistake[];

/** Clusters at their places in the list; undefined where a field is not valid. */
export type WholeClusters = readonly (ClusterConfig | undefined)[];

/**
 * The checked configuration.
 *
 * @param where whose configuration this is, for the message, e.g. `stack dev`
 * @throws ConfigError with all mistakes at once
 */
export function validate<S extends Settings>(
  raw: RawConfig,
  where: string,
  settings: S,
  crossChecks: CrossChecks<S>,
): ConfigOf<S> {
  const mistakes: ConfigMistake[] = unknownKeys(raw, settings);
  const valid: Record<string, unknown> = {};
  let clusters: readonly Partial<ClusterConfig>[] = [];
  let whole: WholeClusters = [];
  for (const [key, schema] of Object.entries(settings)) {
    const given = decode(key, schema, raw[key], settings);
    if ("mistake" in given) {
      mistakes.push(given.mistake);
      continue;
    }
    const parsed = schema.safeParse(given.value);
    if (parsed.success) valid[key] = parsed.data;
    else {
      const issues = issuesOf(key, given.value, parsed.error.issues);
      mistakes.push(...issues.flatMap((issue) => mistakesOf(key, issue, given.value, settings)));
    }
    if (key !== "clusters") continue;
    clusters = parsed.success ? (parsed.data as ClusterConfig[]) : entriesOf(given.value).map(validFields);
    whole = parsed.success ? (parsed.data as ClusterConfig[]) : entriesOf(given.value).map(wholeCluster);
  }
  mistakes.push(...crossChecks(valid as Partial<ConfigOf<S>>, clusters, whole));
  if (mistakes.length > 0) throw new ConfigError(mistakes, where);
  return valid as ConfigOf<S>;
}

function entriesOf(given: unknown): readonly unknown[] {
  return Array.isArray(given) ? given : [];
}

/** A mistake in one field, or in one cluster, hides none in the others. */
function validFields(entry: unknown): Partial<ClusterConfig> {
  if (typeof entry !== "object" || entry === null) return {};
  const fields = Object.entries<z.ZodType>(clusterSchemaOf(entry).shape).flatMap(([name, schema]) => {
    const parsed = schema.safeParse((entry as Record<string, unknown>)[name]);
    return parsed.success && parsed.data !== undefined ? [[name, parsed.data] as const] : [];
  });
  return Object.fromEntries(fields);
}

function wholeCluster(entry: unknown): ClusterConfig | undefined {
  const parsed = clusterSchemaOf(entry).safeParse(entry);
  return parsed.success ? (parsed.data as ClusterConfig) : undefined;
}

function unknownKeys(raw: RawConfig, settings: Settings): ConfigMistake[] {
  return Object.keys(raw)
    .filter((key) => !(key in settings))
    .map((key) => unknownKey([key], settings));
}

function unknownKey(
  path: readonly PropertyKey[],
  settings: Settings,
  known = knownKeys(settings, path.slice(0, -1)),
): ConfigMistake {
  const parent = path.slice(0, -1);
  const meant = didYouMean(String(path.at(-1)), known);
  return {
    key: written(path),
    problem: "there is no such setting",
    fix: meant ? `Did you mean ${written([...parent, meant])}?` : `Settings here: ${known.join(", ")}.`,
  };
}

/** Text stays text where the setting is a word; everything else is JSON. */
function decode(
  key: string,
  schema: z.ZodType,
  text: string | undefined,
  settings: Settings,
): { value: unknown } | { mistake: ConfigMistake } {
  if (text === undefined || isWord(schema)) return { value: text };
  try {
    return { value: JSON.parse(text) };
  } catch {
    const allowed = describedAt(settings, [key])?.allowed ?? `a map of ${knownKeys(settings, [key]).join(", ")}`;
    return { mistake: { key, given: text, problem: "not a list or map", fix: `Allowed: ${allowed}.` } };
  }
}

function isWord(schema: z.ZodType): boolean {
  const inner = (schema.def as { innerType?: z.ZodType }).innerType;
  return inner ? isWord(inner) : schema instanceof z.ZodEnum || schema instanceof z.ZodString;
}

function mistakesOf(key: string, issue: z.core.$ZodIssue, value: unknown, settings: Settings): ConfigMistake[] {
  const path = [key, ...issue.path];
  const given = issue.path.reduce<unknown>(
    (at, step) => (at as Record<PropertyKey, unknown> | undefined)?.[step],
    value,
  );
  if (issue.code === "unrecognized_keys") return issue.keys.map((name) => strangeKey([...path, name], given, settings));
  const allowed = describedAt(settings, path)?.allowed;
  const meant =
    issue.code === "invalid_value" && typeof given === "string"
      ? didYouMean(given, issue.values.map(String))
      : undefined;
  const missing = given === undefined;
  return [
    {
      key: written(path),
      ...(missing ? {} : { given: JSON.stringify(given) }),
      problem: missing ? "is missing" : problemOf(issue),
      fix:
        (missing || (Array.isArray(given) && given.length === 0)) && key === "adminCidrs"
          ? adminCidrsHelp
          : fixFor(meant, allowed, key, given, issue.code === "invalid_type" ? issue.expected : undefined),
    },
  ];
}

/** An entry of `clusters` is of the kind that it says it is, and that kind's mistakes are told. */
function issuesOf(key: string, value: unknown, issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] {
  if (key !== "clusters") return issues;
  const ofEntries = entriesOf(value).flatMap((entry, index) =>
    (clusterSchemaOf(entry).safeParse(entry).error?.issues ?? []).map((issue) => ({
      ...issue,
      path: [index, ...issue.path],
    })),
  );
  return [...issues.filter(({ path }) => path.length === 0), ...ofEntries];
}

/** Of an entry of `clusters` the other kind may have the field. */
function strangeKey(path: readonly PropertyKey[], entry: unknown, settings: Settings): ConfigMistake {
  const parent = path.slice(0, -1);
  if (parent[0] !== "clusters" || parent.length !== 2) return unknownKey(path, settings);
  const schema = clusterSchemaOf(entry);
  return knownKeys(settings, parent).includes(String(path.at(-1)))
    ? ofOtherKind(path, schema === existingClusterSchema)
    : unknownKey(path, settings, Object.keys(schema.shape));
}

/** @param there whether the entry says that its cluster is there already */
function ofOtherKind(path: readonly PropertyKey[], there: boolean): ConfigMistake {
  return {
    key: written(path),
    problem: there
      ? "is of clusters that the lab makes, and this one is there already: it has a context"
      : "is of clusters that are there already, and this one has no context",
    fix: there
      ? "Leave it out; or leave out context, and the lab makes the cluster."
      : "Leave it out, or name a context.",
  };
}

const adminCidrsHelp =
  "Say from where you reach the clusters: pulumi config set --path 'adminCidrs[0]' YOUR.PUBLIC.IP/32";

function problemOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type") return `is not ${article(issue.expected)}`;
  if (issue.code === "invalid_key") return "is no name that is allowed here";
  if (issue.code === "invalid_value") return "is not allowed";
  if (issue.code === "too_small" && issue.origin !== "array") return `is below ${issue.minimum}`;
  if (issue.code === "too_big" && issue.origin !== "array") return `is above ${issue.maximum}`;
  return issue.message;
}

function article(type: string): string {
  const names: Record<string, string> = { object: "a map", record: "a map", array: "a list", int: "a whole number" };
  return names[type] ?? `a ${type}`;
}

function fixFor(
  meant: string | undefined,
  allowed: string | undefined,
  key: string,
  given: unknown,
  issueExpects: string | undefined,
): string {
  const written = typeof given === "number" || typeof given === "boolean";
  // `pulumi config set --path` writes 12345 and true as what they look like, whatever they are to be.
  const text = written && issueExpects === "string" ? "It has to be text: put it in quotes in the stack file. " : "";
  const hint = meant ? `Did you mean ${JSON.stringify(meant)}? ` : "";
  // An unquoted 1.30 in YAML is the number 1.3.
  const quote = key === "kubernetesVersion" && /^1\.\d$/.test(String(given)) ? "Quote it in the stack file. " : "";
  return `${hint}${quote}${text}${allowed ? `Allowed: ${allowed}.` : "See docs/settings.md."}`;
}

/** `clusters[0].name` */
function written(path: readonly PropertyKey[]): string {
  return path
    .map((step, index) => (typeof step === "number" ? `[${step}]` : `${index ? "." : ""}${String(step)}`))
    .join("");
}
