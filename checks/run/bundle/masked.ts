import type { KubeObject } from "../../kube/client";

/** In the place of what is secret. */
export const mask = "[secret]";

/** What a value is called that nobody is to read: of a variable, or a key of a ConfigMap. */
const secretName =
  /pass(word|wd)?$|secret|token|credential|(^|[^a-z])(api|private|access|psk|pre-?shared)[-_.]?key|psk/i;

/** Annotations in which an object is written once more. */
const copies = ["kubectl.kubernetes.io/last-applied-configuration"];

/**
 * An object without what is secret in it: values of a Secret, and of variables and keys of a ConfigMap whose names say that
 * they are.
 */
export function masked(object: KubeObject): KubeObject {
  const { managedFields: _, annotations, ...metadata } = object.metadata;
  const kept = Object.entries(annotations ?? {}).filter(([name]) => !copies.includes(name));
  const shown = {
    ...object,
    metadata: { ...metadata, ...(kept.length > 0 ? { annotations: Object.fromEntries(kept) } : {}) },
  };
  if (object.kind === "Secret")
    return { ...shown, data: maskedValues(object.data), stringData: maskedValues(object.stringData) };
  if (object.kind === "ConfigMap") return { ...shown, data: maskedValues(object.data, secretName) };
  return withoutSecretVariables(shown) as KubeObject;
}

/** The values of an object that are secret: to be taken out of all that is written elsewhere too. */
export function secretsOf(object: KubeObject): string[] {
  if (object.kind === "Secret") {
    const values = Object.entries((object.data ?? {}) as Record<string, string>);
    // Kubernetes writes beside a token the name of its namespace. What a value means may be no text, so it counts as kept too.
    return values.flatMap(([key, value]) =>
      key === "namespace" ? [] : [value, Buffer.from(value, "base64").toString()],
    );
  }
  if (object.kind === "ConfigMap") {
    const values = Object.entries((object.data ?? {}) as Record<string, string>);
    return values.flatMap(([key, value]) => (secretName.test(key) ? [value] : []));
  }
  return variablesIn(object).flatMap(({ name, value }) => (secretName.test(name) && value ? [value] : []));
}

function maskedValues(values: unknown, named = /./): unknown {
  if (typeof values !== "object" || values === null) return values;
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, named.test(key) ? mask : value]));
}

interface Variable {
  readonly name: string;
  readonly value?: string;
}

function isVariable(value: unknown): value is Variable {
  return typeof value === "object" && value !== null && "name" in value && "value" in value;
}

/** Wherever they are: of a pod, of a workload's template, of a resource that an operator makes pods of. */
function withoutSecretVariables(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecretVariables);
  if (typeof value !== "object" || value === null) return value;
  if (isVariable(value) && secretName.test(String(value.name))) return { ...value, value: mask };
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutSecretVariables(each)]));
}

function variablesIn(value: unknown): Variable[] {
  if (Array.isArray(value)) return value.flatMap(variablesIn);
  if (typeof value !== "object" || value === null) return [];
  const own = isVariable(value) && typeof value.value === "string" ? [value] : [];
  return [...own, ...Object.values(value).flatMap(variablesIn)];
}
