/** Where two values differ, by property paths as the engine writes and reads them. */
import { stable } from "./provider";

/** What became of a value. */
export type Change = "ADD" | "DELETE" | "UPDATE";

/** Every path at which two values of a property differ, as deep as both have maps, or lists of one length. */
export function changedPaths(path: string, before: unknown, after: unknown): [path: string, change: Change][] {
  if (stable(before) === stable(after)) return [];
  if (isMap(before) && isMap(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => changedPaths(below(path, key), before[key], after[key]));
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((each, index) => changedPaths(`${path}[${index}]`, each, after[index]));
  }
  if (before === undefined) return [[path, "ADD"]];
  return [[path, after === undefined ? "DELETE" : "UPDATE"]];
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Names with dots or brackets are quoted (Pulumi, sdk/go/common/resource, ParsePropertyPath). */
function below(path: string, key: string): string {
  return /^[A-Za-z_$][\w$-]*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}
