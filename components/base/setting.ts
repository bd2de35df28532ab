import { z } from "zod";

/** What is said of a setting in messages and in docs/settings.md. */
export interface Described {
  /** What it decides, for a reader who does not know it; for settings of one backend with its name. */
  readonly meaning: string;
  /** What may be given, in words. */
  readonly allowed: string;
}

/** What is said of each setting, by its schema. */
export const described = z.registry<Described, z.ZodType>();

/** A setting with what a person needs to know of it, so that messages and docs/settings.md come from one place. */
export function setting<T extends z.ZodType>(schema: T, meaning: string, allowed: string): T {
  described.add(schema, { meaning, allowed });
  return schema;
}
