import type { Props } from "../../base/operations";
import { annotations, isObject } from "./identity";

/** Is an object in order? */
export interface Readiness {
  readonly ready: boolean;
  /** It will not come into order by itself. */
  readonly failed?: boolean;
  /** Why it is not ready, for the user. */
  readonly reasons: readonly string[];
}

interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

/** What there is nothing to say of. */
export const inOrder: Readiness = { ready: true, reasons: [] };
const ready = inOrder;
const waiting = (...reasons: string[]): Readiness => ({ ready: false, reasons });

/**
 * Kinds that are waited for after they are created or updated; all others are in order at once. The rules follow
 * provider/pkg/await, with these left out: Ingress, PersistentVolume, PersistentVolumeClaim, ReplicationController and
 * ResourceQuota.
 */
const rules: Readonly<Record<string, (object: Props) => Readiness>> = {
  "apps/v1/Deployment": deployment,
  "apps/v1/StatefulSet": statefulSet,
  "apps/v1/DaemonSet": daemonSet,
  "batch/v1/Job": job,
  "v1/Pod": pod,
  "v1/Secret": secret,
  "v1/Service": service,
  "apiextensions.k8s.io/v1/CustomResourceDefinition": definition,
};

/** By the rules of the object's kind, or by what its annotation asks for. */
export function readiness(object: Props): Readiness {
  const asked = annotations(object)["pulumi.com/waitFor"];
  if (typeof asked === "string") return fieldReadiness(object, asked);
  return rules[`${object.apiVersion}/${object.kind}`]?.(object) ?? ready;
}

/** Kinds that are looked at when they are read, e.g. by a refresh (provider/pkg/await/awaiters.go, awaitRead). */
const judgedWhenRead = [
  "apps/v1/Deployment",
  "apps/v1/StatefulSet",
  "apps/v1/DaemonSet",
  "batch/v1/Job",
  "v1/Pod",
  "v1/Service",
];

/** The same for what was found in the cluster, e.g. by a refresh: annotations do not count, and not every kind is judged. */
export function foundReadiness(object: Props): Readiness {
  const kind = `${object.apiVersion}/${object.kind}`;
  return (judgedWhenRead.includes(kind) && rules[kind]?.(object)) || inOrder;
}

/** Of the annotation's forms (provider/pkg/metadata/overrides.go) the one with a field, and its value if one is asked for. */
function fieldReadiness(object: Props, asked: string): Readiness {
  const [, path, value] = /^jsonpath=\{((?:\.\w+)+)\}(?:=(.+))?$/.exec(asked) ?? [];
  if (!path) return { ready: false, failed: true, reasons: [`the rehearsal does not know how to wait for ${asked}`] };
  const found = path
    .slice(1)
    .split(".")
    .reduce<unknown>((within, key) => (isObject(within) ? within[key] : undefined), object);
  if (found === undefined) return waiting(`${path} is not set`);
  return value === undefined || String(found) === value ? ready : waiting(`${path} is ${found}, not ${value}`);
}

/** Does only passing AWS time bring what the object waits for? */
export function waitsForAws(object: Props): boolean {
  return object.kind === "Service" && object.spec?.type === "LoadBalancer";
}

/** Does the provider look at the Endpoints too? Not for Services without pods behind them, nor for headless ones. */
export function hasEndpoints(object: Props): boolean {
  const { type, clusterIP, selector } = object.spec ?? {};
  const selects = isObject(selector) && Object.keys(selector).length > 0;
  return (
    object.apiVersion === "v1" &&
    object.kind === "Service" &&
    selects &&
    type !== "ExternalName" &&
    clusterIP !== "None"
  );
}

/** A Service may have no endpoints, but none that are not ready. */
export function endpointsReadiness(endpoints: Props): Readiness {
  const pending = ((endpoints.subsets ?? []) as Props[]).some((subset) => subset.notReadyAddresses?.length > 0);
  return pending ? waiting("Some of the Pods that the Service selects are not ready") : ready;
}

/** Conditions of an object that say that something is wrong, e.g. of the Pods of a Deployment. */
export function complaints(object: Props): string[] {
  const bad = (condition: Condition) =>
    ["ReplicaFailure", "Failed"].includes(condition.type) ? condition.status === "True" : condition.status === "False";
  return conditions(object)
    .filter((condition) => bad(condition) && condition.message)
    .map(({ reason, message }) => (reason ? `${reason}: ${message}` : `${message}`));
}

function conditions(object: Props): Condition[] {
  return object.status?.conditions ?? [];
}

function holds(object: Props, type: string): boolean {
  return conditions(object).some((condition) => condition.type === type && condition.status === "True");
}

function observes({ metadata, status }: Props): boolean {
  return (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
}

function deployment(object: Props): Readiness {
  if (!observes(object)) return waiting("The controller has not seen the Deployment yet");
  const { replicas = 1 } = object.spec;
  const { updatedReplicas = 0, readyReplicas = 0, availableReplicas = 0 } = object.status ?? {};
  if (updatedReplicas >= replicas && readyReplicas >= replicas && availableReplicas >= replicas) return ready;
  return {
    ready: false,
    reasons: [`${availableReplicas} of ${replicas} Pods of the current revision are available`, ...complaints(object)],
  };
}

function statefulSet(object: Props): Readiness {
  if (!observes(object)) return waiting("The controller has not seen the StatefulSet yet");
  const { replicas = 1 } = object.spec;
  const { readyReplicas = 0, currentRevision, updateRevision } = object.status ?? {};
  if (readyReplicas >= replicas && currentRevision === updateRevision) return ready;
  return waiting(`${readyReplicas} of ${replicas} Pods are ready`, ...complaints(object));
}

function daemonSet(object: Props): Readiness {
  if (!observes(object)) return waiting("The controller has not seen the DaemonSet yet");
  const { desiredNumberScheduled = 0, updatedNumberScheduled = 0, numberAvailable = 0 } = object.status ?? {};
  const updated = object.spec.updateStrategy?.type === "OnDelete" || updatedNumberScheduled >= desiredNumberScheduled;
  if (updated && numberAvailable >= desiredNumberScheduled) return ready;
  return waiting(`${numberAvailable} of ${desiredNumberScheduled} Pods are available`);
}

function job(object: Props): Readiness {
  if (holds(object, "Complete")) return ready;
  const failed = holds(object, "Failed");
  return { ready: false, failed, reasons: ["The Job has not completed", ...complaints(object)] };
}

function pod(object: Props): Readiness {
  const { phase } = object.status ?? {};
  if (phase === "Succeeded" || holds(object, "Ready")) return ready;
  return {
    ready: false,
    failed: phase === "Failed",
    reasons: [`The Pod is ${phase ?? "Pending"}`, ...complaints(object)],
  };
}

function secret(object: Props): Readiness {
  if (object.type !== "kubernetes.io/service-account-token" || Object.keys(object.data ?? {}).length > 0) return ready;
  const account = object.metadata.annotations?.["kubernetes.io/service-account.name"];
  return waiting(`No token was filled in; does the ServiceAccount ${account} exist?`);
}

function service(object: Props): Readiness {
  if (object.spec?.type !== "LoadBalancer" || object.status?.loadBalancer?.ingress?.length > 0) return ready;
  return waiting("Service was not allocated an IP address; does your cloud provider support this?");
}

function definition(object: Props): Readiness {
  if (holds(object, "Established")) return ready;
  const failed = conditions(object).some(({ type, status }) => type === "NamesAccepted" && status === "False");
  return { ready: false, failed, reasons: ["The kind is not served yet", ...complaints(object)] };
}
