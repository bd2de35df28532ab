import { createHash } from "node:crypto";
import type { KubeObject, ObjectRef } from "../../../checks/kube/client";
import type { Props } from "../../base/operations";

const autonamed = "pulumi.com/autonamed";

/** Whether it is an object with keys, no list and not null. */
export function isObject(value: unknown): value is Props {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Annotations, in inputs or a live object; what is not known yet has none. */
export function annotations(object: Props): Props {
  const { metadata } = object;
  return isObject(metadata) && isObject(metadata.annotations) ? metadata.annotations : {};
}

/** Is the annotation `pulumi.com/NAME` set to true? */
export function flagged(object: Props, name: string): boolean {
  return String(annotations(object)[`pulumi.com/${name}`]) === "true";
}

/** Did the provider choose the name? Then a replacement may have another one. */
export function isAutonamed(inputs: Props): boolean {
  return String(annotations(inputs)[autonamed]) === "true";
}

/**
 * Inputs with a name: the user's own, else the one that was chosen before, else the resource's name and a suffix. The
 * annotation tells chosen names apart. Metadata that is not known yet (in a preview) stays as it is.
 *
 * @param suffix seven characters that no other object of the resource has
 */
export function named(resource: string, suffix: string, news: Props, olds: Props): Props {
  const metadata = news.metadata ?? {};
  if (!isObject(metadata) || metadata.name) return news;
  const name = isAutonamed(olds) ? olds.metadata.name : `${resource}-${suffix}`;
  if (metadata.annotations !== undefined && !isObject(metadata.annotations))
    return { ...news, metadata: { ...metadata, name } };
  return { ...news, metadata: { ...metadata, name, annotations: { ...metadata.annotations, [autonamed]: "true" } } };
}

/** `namespace/name`, or `name` of an object outside of namespaces. */
export function idOf({ metadata }: { metadata: { name: string; namespace?: string } }): string {
  return metadata.namespace ? `${metadata.namespace}/${metadata.name}` : metadata.name;
}

/** The object that an id and the kind of its inputs or state name. */
export function refOf(id: string, kind: { apiVersion: string; kind: string }): ObjectRef {
  const [first = "", second] = id.split("/");
  const { apiVersion } = kind;
  return second === undefined
    ? { apiVersion, kind: kind.kind, name: first }
    : { apiVersion, kind: kind.kind, namespace: first, name: second };
}

/** apiVersion and kind of a type token: `kubernetes:apps/v1:Deployment`. Core kinds are written `core/v1`. */
export function kindOf(token: string): { apiVersion: string; kind: string } | undefined {
  const [, apiVersion, kind] = /^kubernetes:([^:]+):([^:]+)$/.exec(token) ?? [];
  if (!apiVersion || !kind) return undefined;
  return { apiVersion: apiVersion.replace(/^core\//, ""), kind };
}

/** Each resource owns the fields it applies under a name of its own, kept in its state. */
export function fieldManager(seed: string): string {
  return `pulumi-kubernetes-${createHash("sha256").update(seed).digest("hex").slice(0, 8)}`;
}

/** A live object as the state keeps it. */
export function outputsOf(live: KubeObject, manager: string): Props {
  const { managedFields: _, ...metadata } = live.metadata;
  return { ...live, metadata, __fieldManager: manager };
}
