import { z } from "zod";
import { describedAt, type Settings } from "./schema";

/** The settings as a Markdown table: key, meaning, what is allowed, default. */
export function settingsTable(settings: Settings): string {
  const rows = Object.entries(settings).flatMap(([key, schema]) => rowsOf([key], schema, settings));
  return ["| setting | meaning | allowed | default |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

function rowsOf(path: readonly string[], schema: z.ZodType, settings: Settings): string[] {
  const described = describedAt(settings, path);
  const bare = unwrapped(schema);
  const rows = described
    ? [`| \`${path.join(".")}\` | ${described.meaning} | ${described.allowed} | ${defaultOf(schema)} |`]
    : [];
  const inner = bare instanceof z.ZodArray ? unwrapped(bare.element as z.ZodType) : bare;
  if (!(inner instanceof z.ZodObject)) return rows;
  const prefix = bare instanceof z.ZodArray ? [...path.slice(0, -1), `${path.at(-1)}[]`] : path;
  const children = Object.entries(inner.shape as Record<string, z.ZodType>);
  return [...rows, ...children.flatMap(([key, child]) => childRow(path, prefix, key, child, settings))];
}

/** A child's place in the schema, and how a person writes it, differ where there is a list in between. */
function childRow(
  path: readonly string[],
  shown: readonly string[],
  key: string,
  schema: z.ZodType,
  settings: Settings,
): string[] {
  const steps = shown.at(-1)?.endsWith("[]") ? [...path, "0", key] : [...path, key];
  const described = describedAt(settings, steps);
  if (!described) return [];
  return [`| \`${[...shown, key].join(".")}\` | ${described.meaning} | ${described.allowed} | ${defaultOf(schema)} |`];
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
