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
interface Deployment {
  readonly resources?: readonly object[];
  readonly pending_operations?: readonly {
    readonly type: string;
    readonly resource: { readonly urn: string; readonly type: string; readonly inputs?: object };
  }[];
}

/**
 * A deployment without operations under way: what they made is in it, as far as `idOf` knows its id.
 *
 * @param idOf the id of what a resource's creation made, if it made something
 */
export function withMade(
  { pending_operations: pending = [], resources = [], ...deployment }: Deployment,
  idOf: (urn: string) => string | undefined,
): Deployment {
  const made = pending.flatMap(({ type, resource }) => {
    const id = type === "creating" && !madeLocally(resource.type) ? idOf(resource.urn) : undefined;
    return id ? [{ ...resource, id, outputs: { ...resource.inputs, id } }] : [];
  });
  return { ...deployment, resources: [...resources, ...made] };
}

/** Keys and certificates exist in the state alone: what was not noted there was not made. */
function madeLocally(type: string): boolean {
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

/** Marks of a secret in a state (Pulumi's sdk/go/common/resource, SigKey and SecretSig). */
const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/**
 * The texts that a state holds as secrets; of a secret map or list, each of its texts.
 *
 * @param state as exported, with secrets in clear
 */
export function secretsIn(state: unknown): string[] {
  if (!state || typeof state !== "object") return [];
  const { [signature]: mark, plaintext } = state as Record<string, unknown>;
  if (mark === secretSignature) return typeof plaintext === "string" ? textsIn(JSON.parse(plaintext)) : [];
  return Object.values(state).flatMap(secretsIn);
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return value && typeof value === "object" ? Object.values(value).flatMap(textsIn) : [];
}
