import type { Props } from "../../base/operations";
import { changedKeys, type Difference, stable } from "../provider";
import { isAutonamed, isObject } from "./identity";

/**
 * Fields that only a replacement can change, as the provider lists them (provider/pkg/provider/diff.go). The API server
 * refuses to change them, or the objects made from them are not made again.
 */
const immutable: Readonly<Record<string, readonly string[]>> = {
  "apps/v1/DaemonSet": ["spec.selector"],
  "apps/v1/Deployment": ["spec.selector"],
  "apps/v1/StatefulSet": [
    "spec.podManagementPolicy",
    "spec.revisionHistoryLimit",
    "spec.selector",
    "spec.serviceName",
    "spec.volumeClaimTemplates",
  ],
  "batch/v1/Job": ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
  "rbac.authorization.k8s.io/v1/ClusterRoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/v1/RoleBinding": ["roleRef"],
  "storage.k8s.io/v1/StorageClass": ["parameters", "provisioner"],
  "v1/PersistentVolumeClaim": ["spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"],
  // The provider lists nearly all fields of a Pod; its image is among the few that can be changed.
  "v1/Pod": [
    "spec.affinity",
    "spec.nodeName",
    "spec.nodeSelector",
    "spec.restartPolicy",
    "spec.serviceAccountName",
    "spec.volumes",
  ],
  "v1/ResourceQuota": ["spec.scopes"],
  "v1/Secret": ["type"],
  "v1/Service": ["spec.clusterIP"],
};

const contents = ["data", "binaryData", "stringData"];

/** Kinds that are made anew when their content changes, unless the provider is told otherwise. */
const contentKinds = ["v1/ConfigMap", "v1/Secret"] as const;
/** A kind of which the content is immutable unless the provider is told otherwise. */
export type ContentKind = (typeof contentKinds)[number];

/**
 * What the new inputs change, and whether in place.
 *
 * @param mutable kinds of which the content may change in place
 */
export function difference(oldInputs: Props, news: Props, mutable: readonly ContentKind[] = contentKinds): Difference {
  const changed = changedKeys(encoded(oldInputs), encoded(news));
  const kind = `${news.apiVersion}/${news.kind}`;
  const content = contentKinds.find((each) => each === kind);
  const sealed = content !== undefined && (oldInputs.immutable === true || !mutable.includes(content));
  const fixed = [
    "apiVersion",
    "kind",
    "metadata.name",
    ...(immutable[kind] ?? []),
    ...(sealed ? contents : []),
    ...(content !== undefined && oldInputs.immutable === true ? ["immutable"] : []),
  ];
  const differs = fixed.filter((path) => stable(at(encoded(oldInputs), path)) !== stable(at(encoded(news), path)));
  if (namespaceOf(oldInputs) !== namespaceOf(news)) differs.push("metadata.namespace");
  const replaces = [...new Set(differs.map((path) => path.split(".")[0] ?? path))].filter((key) =>
    changed.includes(key),
  );
  const sameName =
    at(oldInputs, "metadata.name") === at(news, "metadata.name") && namespaceOf(oldInputs) === namespaceOf(news);
  return { changed, replaces, deleteBeforeReplace: replaces.length > 0 && sameName && !isAutonamed(news) };
}

/**
 * Inputs in which it makes no difference whether a Secret's content came as text or in base64. What was applied as text
 * would stay in the Secret when it is left out later.
 */
export function encoded(inputs: Props): Props {
  const { stringData, ...rest } = inputs;
  if (inputs.kind !== "Secret" || !isObject(stringData)) return inputs;
  const text = Object.entries(stringData).map(([key, value]) => [key, Buffer.from(String(value)).toString("base64")]);
  return { ...rest, data: { ...(isObject(rest.data) ? rest.data : {}), ...Object.fromEntries(text) } };
}

function namespaceOf(inputs: Props): unknown {
  return at(inputs, "metadata.namespace") ?? "default";
}

function at(value: unknown, path: string): unknown {
  return path.split(".").reduce((inner: unknown, key) => (isObject(inner) ? inner[key] : undefined), value);
}

/**
 * Inputs as they are in the cluster now. What nobody touched since `before` stays as the user wrote it, however the API
 * server spells it (`1000m` is `1` there); what somebody changed shows its live value, so that the next update repairs
 * it. Fields that the user did not give are not looked at.
 */
export function observed(inputs: Props, before: Props, live: Props): Props {
  if (inputs.kind !== "Secret" || !isObject(inputs.stringData)) return drifted(inputs, before, live) as Props;
  const { stringData, ...rest } = inputs;
  const text = (object: Props) =>
    Object.fromEntries(
      Object.entries(isObject(object.data) ? object.data : {}).map(([key, encoded]) => [
        key,
        Buffer.from(String(encoded), "base64").toString(),
      ]),
    );
  return {
    ...(drifted(rest, before, live) as Props),
    stringData: drifted(stringData, text(before), text(live)) ?? {},
  };
}

function drifted(input: unknown, before: unknown, live: unknown): unknown {
  if (stable(before) === stable(live) && before !== undefined) return input;
  if (live === undefined) return isEmpty(input) ? input : undefined;
  if (isObject(input) && isObject(live)) {
    const old = isObject(before) ? before : {};
    const entries = Object.entries(input).map(([key, inner]) => [key, drifted(inner, old[key], live[key])] as const);
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  }
  if (Array.isArray(input) && Array.isArray(live) && input.length === live.length) {
    const old: unknown[] = Array.isArray(before) ? before : [];
    return input.map((inner, index) => drifted(inner, old[index], live[index]));
  }
  return live;
}

/** The API server leaves empty lists and maps out. */
function isEmpty(value: unknown): boolean {
  return value === "" || value === null || (typeof value === "object" && Object.keys(value ?? {}).length === 0);
}
