/** The settings as Markdown, from their schemas: those of every lab, the demo's, and each backend's. */
import { z } from "zod";
import { backendNames, backendProfiles } from "../../components/backends/profiles";
import { describedAt, fieldsOf } from "../../components/config/schema";
import { effects } from "../../components/lab/changes";
import { labSettings } from "../../components/lab/config";
import { table } from "./markdown";

type Setting = keyof typeof labSettings;
type Row = readonly [setting: string, meaning: string, allowed: string, preset: string, effect: string];

/** A heading and a table for each group of settings. */
export function settingsSections(): string {
  const own = new Set<Setting>(["demo", ...backendNames]);
  const common = (Object.keys(labSettings) as Setting[]).filter((key) => !own.has(key));
  return [
    section("Every lab", common),
    section("The demo", ["demo"]),
    ...backendNames.map((name) => section(`[${backendProfiles[name].title}](backends/${name}.md)`, [name])),
  ].join("\n\n");
}

function section(title: string, keys: readonly Setting[]): string {
  const rows = keys.flatMap((key) => rowsOf([key], labSettings[key]));
  return `## ${title}\n\n${table(["setting", "meaning", "allowed", "default", "a change, on a lab that runs"], rows)}`;
}

function rowsOf(path: readonly string[], schema: z.ZodType): Row[] {
  const bare = unwrapped(schema);
  const inner = bare instanceof z.ZodArray ? unwrapped(bare.element as z.ZodType) : bare;
  const fields = Object.entries(fieldsOf(inner));
  if (fields.length === 0) return [rowOf(path, path, schema)];
  // A child's place in the schema, and how a person writes it, differ where there is a list in between.
  const isList = bare instanceof z.ZodArray;
  const [place, shown] = isList
    ? [
        [...path, "0"],
        [...path.slice(0, -1), `${path.at(-1)}[]`],
      ]
    : [path, path];
  const own = describedAt(labSettings, path) ? [rowOf(path, path, schema)] : [];
  return [...own, ...fields.map(([key, child]) => rowOf([...place, key], [...shown, key], child))];
}

function rowOf(place: readonly string[], shown: readonly string[], schema: z.ZodType): Row {
  const name = shown.join(".");
  const described = describedAt(labSettings, place);
  if (!described) throw new Error(`nothing is said of the setting ${name}: put its schema into setting()`);
  return [`\`${name}\``, described.meaning, described.allowed, defaultOf(schema), effectOf(name)];
}

/** A test holds that each has one. */
function effectOf(name: string): string {
  const { kind, what } = effects[name] ?? { kind: "unknown", what: "" };
  return `**${kind}**: ${what}`;
}

function unwrapped(schema: z.ZodType): z.ZodType {
  const inner = (schema.def as { innerType?: z.ZodType }).innerType;
  return inner ? unwrapped(inner) : schema;
}

function defaultOf(schema: z.ZodType): string {
  const parsed = schema.safeParse(undefined);
  if (!parsed.success) return "required";
  if (parsed.data === undefined) return "none";
  if (Array.isArray(parsed.data) && parsed.data[0]?.name)
    return parsed.data.map(({ name }) => `\`${name}\``).join(", ");
  return `\`${JSON.stringify(parsed.data)}\``;
}
