/** Settings as a set of schemas, whoever they belong to: how a configuration's type and its messages follow from them. */
import { z } from "zod";
import { type Described, described } from "../base/setting";

/** Top-level settings by key. Each is checked on its own, so that one mistake does not hide another. */
export type Settings = Readonly<Record<string, z.ZodType>>;

/** A configuration of these settings, complete and checked. */
export type ConfigOf<S extends Settings> = { readonly [Key in keyof S]: z.output<S[Key]> };

/** What is said of the setting at `path`, or undefined when there is no such setting. */
export function describedAt(settings: Settings, path: readonly PropertyKey[]): Described | undefined {
  let schema: z.ZodType | undefined;
  let found: Described | undefined;
  for (const [index, step] of path.entries()) {
    schema = index === 0 ? settings[String(step)] : child(schema, step);
    if (!schema) return found;
    found = inner(schema, (candidate) => described.get(candidate)) ?? found;
  }
  return found;
}

/** Looks through defaults and optionals for the first schema that `pick` finds something in. */
function inner<T>(schema: z.ZodType, pick: (schema: z.ZodType) => T | undefined): T | undefined {
  const picked = pick(schema);
  if (picked !== undefined) return picked;
  const wrapped = (schema.def as { innerType?: z.ZodType }).innerType;
  return wrapped && inner(wrapped, pick);
}

function child(schema: z.ZodType | undefined, step: PropertyKey): z.ZodType | undefined {
  if (!schema) return undefined;
  return inner(schema, (candidate) => {
    if (candidate instanceof z.ZodArray) return candidate.element as z.ZodType;
    return fieldsOf(candidate)[String(step)];
  });
}

/** The fields of an object; of one that may be of several kinds those of all, as the first kind that has them describes them. */
export function fieldsOf(schema: z.ZodType): Readonly<Record<string, z.ZodType>> {
  if (schema instanceof z.ZodObject) return schema.shape;
  if (!(schema instanceof z.ZodUnion)) return {};
  const kinds = (schema.options as readonly z.ZodType[]).map(fieldsOf);
  // In their order, and described by the first.
  return Object.assign({}, ...kinds, ...kinds.toReversed());
}

/** Names that an object setting knows, for "did you mean". */
export function knownKeys(settings: Settings, path: readonly PropertyKey[]): string[] {
  if (path.length === 0) return Object.keys(settings);
  const [first, ...rest] = path;
  let schema: z.ZodType | undefined = settings[String(first)];
  for (const step of rest) schema = child(schema, step);
  return Object.keys((schema && inner(schema, (candidate) => some(fieldsOf(candidate)))) ?? {});
}

function some(fields: Readonly<Record<string, z.ZodType>>) {
  return Object.keys(fields).length > 0 ? fields : undefined;
}
