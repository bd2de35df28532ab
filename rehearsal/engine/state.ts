/** The engine's state: what it holds of resources, and how it is after a crash. */
import { copyFileSync, readFileSync, rmSync } from "node:fs";

/** A resource in the state. */
export interface StateResource {
  readonly urn: string;
  /** False for components, which take no time of their own. */
  readonly custom: boolean;
  readonly parent?: string;
  readonly provider?: string;
  readonly dependencies?: readonly string[];
}

/** What an exported state holds that matters after a crash. */
export interface Deployment {
  readonly resources?: readonly object[];
  readonly pending_operations?: readonly {
    readonly type: string;
    readonly resource: { readonly urn: string; readonly type: string; readonly inputs?: object };
  }[];
}

/** Keys and certificates exist in the state alone: what was not noted there was not made. */
export function madeLocally(type: string): boolean {
  return type.startsWith("tls:");
}

/**
 * A file backend writes its checkpoint in place, and a file of attributes beside it: killed while it does, the engine leaves
 * half of one. The checkpoint before is there and whole: an operation begins only when it has been noted. Attributes may be
 * missing (gocloud.dev, fileblob), but not be cut off.
 */
export function restoreCheckpoint(file: string): void {
  if (!isWhole(file)) copyFileSync(`${file}.bak`, file);
  for (const attributes of [`${file}.attrs`, `${file}.bak.attrs`]) {
    if (!isWhole(attributes)) rmSync(attributes, { force: true });
  }
}

function isWhole(file: string): boolean {
  try {
    JSON.parse(readFileSync(file, "utf8"));
    return true;
  } catch {
    return false;
  }
}
