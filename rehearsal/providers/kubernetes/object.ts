import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { KubeError, type KubeObject } from "../../../checks/kube/client";
import type { AwsClock } from "../../aws/account/clock";
import { InitFailed, type Props } from "../../base/operations";
import type { Operation, ResourceHandler } from "../provider";
import { hasUnknown } from "../wire";
import { awaitGone, awaitReady, defaultTimeout } from "./await";
import { type KubernetesConfig, reaching, reachingOrGone } from "./config";
import { difference, encoded, observed } from "./difference";
import { annotations, fieldManager, flagged, idOf, isObject, kindOf, named, outputsOf, refOf } from "./identity";
import { foundReadiness, inOrder } from "./readiness";

type Op = Operation<KubernetesConfig>;

/** Each after a pause twice as long as the last, the first of a second. */
const kindRetries = 5;

/** Seconds: a Secret's token comes at once or not at all; the provider's own 5 s are short for a busy laptop. */
const secretTimeout = 30;

/**
 * Objects of every kind, by server-side apply, as the kubernetes provider handles them.
 *
 * @param realPods whether pods take real time, by which waits for them are limited
 */
export function kubernetesObject(clock: AwsClock, realPods = false): ResourceHandler<KubernetesConfig> {
  const patience = (op: Op, fallback = defaultTimeout) => ({
    clock,
    realTime: realPods,
    signal: op.signal,
    timeout: op.timeout || fallback,
  });

  async function put(op: Op, inputs: Props, manager: string): Promise<KubeObject> {
    const object = await scoped(op, encoded(inputs));
    try {
      return await withRetries(() =>
        op.config.kube.apply(object, { fieldManager: manager, force: flagged(inputs, "patchForce") }),
      );
    } catch (error) {
      throw explained(error, object);
    }
  }

  /** What the API server would make of the inputs, without what only time brings. */
  async function tried(op: Op, inputs: Props, state: Props | undefined): Promise<Props> {
    if (state) await requireLive(op, inputs);
    const wanted = await scoped(op, encoded(inputs));
    const manager = state?.__fieldManager ?? fieldManager(op.urn);
    // What is to be replaced is still there, and in nobody's way (provider/pkg/await/await.go, patchForce).
    const force = flagged(inputs, "patchForce") || state === undefined;
    try {
      const tried = await op.config.kube.apply(wanted, { fieldManager: manager, force, dryRun: true });
      const { status, ...object } = outputsOf(tried, manager);
      return state ? { ...object, status } : object;
    } catch (error) {
      throw explained(error, wanted);
    }
  }

  /** Waits for what was applied. A failure keeps it in the state. */
  async function settled(op: Op, applied: KubeObject, manager: string): Promise<Props> {
    if (flagged(applied, "skipAwait")) return outputsOf(applied, manager);
    const fallback = applied.kind === "Secret" ? secretTimeout : defaultTimeout;
    const { live, problems } = await awaitReady(op.config.kube, applied, patience(op, fallback));
    const outputs = outputsOf(live, manager);
    if (problems.length === 0) return outputs;
    throw new InitFailed(idOf(applied), outputs, [...problems]);
  }

  return {
    async check(op, news, olds) {
      const inputs = named(op.name, randomBytes(4).toString("hex").slice(0, 7), news, olds);
      const { metadata } = inputs;
      if (isObject(metadata) && metadata.generateName)
        return {
          inputs,
          failures: [{ property: "metadata", reason: "generateName does not go with server-side apply" }],
        };
      if (!isObject(metadata) || metadata.namespace || !op.config.namespace) return { inputs };
      const namespaced = await isNamespaced(op, inputs);
      return { inputs: namespaced ? { ...inputs, metadata: { ...metadata, namespace: op.config.namespace } } : inputs };
    },

    async diff(op, _id, oldInputs, news) {
      return difference(oldInputs, news, op.config.mutable);
    },

    planned: (op, inputs, state) => unlessUntriable(inputs, state, () => tried(op, inputs, state)),

    async create(op, inputs) {
      return reaching(async () => {
        const { kube } = op.config;
        const object = await scoped(op, inputs);
        const existing = await kube.get({ ...object.metadata, apiVersion: object.apiVersion, kind: object.kind });
        if (existing) {
          const going = existing.metadata.deletionTimestamp ? ", and is being deleted" : "";
          throw new Error(
            `resource ${op.name} was not successfully created by the Kubernetes API server: ` +
              `${object.kind} "${idOf(existing)}" already exists${going}`,
          );
        }
        const manager = fieldManager(`${op.urn} ${randomBytes(8).toString("hex")}`);
        const applied = await put(op, inputs, manager);
        return { id: idOf(applied), outputs: await settled(op, applied, manager) };
      });
    },

    async read(op, id, state, inputs) {
      return reachingOrGone(op.config, async () => {
        const kind = { ...kindOf(op.type), ...pick(state), ...pick(inputs) } as { apiVersion: string; kind: string };
        const live = await op.config.kube.get(refOf(id, kind));
        if (!live) return undefined;
        const manager = state.__fieldManager ?? fieldManager(op.urn);
        const found = { inputs: observed(inputs, state, live), outputs: outputsOf(live, manager) };
        const { ready, reasons } = flagged(inputs, "skipAwait") ? inOrder : foundReadiness(live);
        // Kept in the state, so that the next update waits for it.
        if (!ready) throw new InitFailed(id, found.outputs, [...reasons], found.inputs);
        return found;
      });
    },

    async update(op, _id, state, news) {
      return reaching(async () => {
        await requireLive(op, news);
        const manager = state.__fieldManager ?? fieldManager(op.urn);
        return settled(op, await put(op, news, manager), manager);
      });
    },

    async delete(op, id, state) {
      await reachingOrGone(op.config, async () => {
        const { kube } = op.config;
        const ref = refOf(id, state as KubeObject);
        const live = await kube.get(ref);
        // Of another object by the same name, made since, nothing is deleted.
        if (!live || (state.metadata?.uid && live.metadata.uid !== state.metadata.uid)) return;
        await kube.delete(ref, { propagation: propagationOf(state) });
        if (!flagged(state, "skipAwait")) await awaitGone(kube, live, patience(op));
      });
    },
  };
}

/**
 * What a preview cannot try is shown as the program gave it (provider.go, Create and Update): values that are not known yet,
 * kinds and namespaces that are not there yet, and whatever there is on a cluster that cannot be reached. An update tells
 * other refusals before it begins.
 */
async function unlessUntriable(inputs: Props, state: Props | undefined, run: () => Promise<Props>): Promise<Props> {
  if (hasUnknown(inputs)) return inputs;
  try {
    return await run();
  } catch (error) {
    const { cause = error } = error as Error;
    if (!(cause instanceof KubeError)) throw error;
    const absent = cause.unreachable || cause.status === 403 || cause.reason === "NoMatch";
    const notYet =
      state === undefined &&
      (cause.status === 404 || /does not support dry run|field is immutable/.test(cause.message));
    if (absent || notYet) return inputs;
    throw error;
  }
}

/** Kinds come with their CRD, which somebody else may be about to make (provider/pkg/await/await.go, Creation). */
async function withRetries<T>(request: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof KubeError) || error.reason !== "NoMatch" || attempt === kindRetries) throw error;
      await sleep(1000 * 2 ** attempt);
    }
  }
}

function propagationOf(state: Props): "Foreground" | "Background" | "Orphan" {
  const wanted = String(annotations(state)["pulumi.com/deletionPropagationPolicy"] ?? "").toLowerCase();
  if (wanted === "background") return "Background";
  return wanted === "orphan" ? "Orphan" : "Foreground";
}

function pick({ apiVersion, kind }: Props): Props {
  return apiVersion && kind ? { apiVersion, kind } : {};
}

/** Kinds without a CRD yet are taken for namespaced, as the provider does. */
async function isNamespaced(op: Op, { apiVersion, kind }: Props): Promise<boolean> {
  try {
    return await op.config.kube.namespaced(apiVersion, kind);
  } catch (error) {
    if (error instanceof KubeError) return true;
    throw error;
  }
}

/** An update is one of an object that is there (provider/pkg/await/await.go, Update). */
async function requireLive(op: Op, inputs: Props): Promise<void> {
  const object = await scoped(op, inputs);
  const { apiVersion, kind, metadata } = object;
  if (await op.config.kube.get({ ...metadata, apiVersion, kind })) return;
  throw new Error(`update of resource ${op.urn} failed: ${kind} "${idOf(object)}" not found`);
}

/** The object to send: with a namespace if and only if its kind lives in one. */
async function scoped(op: Op, inputs: Props): Promise<KubeObject> {
  const object = inputs as KubeObject;
  try {
    const { namespace, ...metadata } = object.metadata;
    const namespaced = await op.config.kube.namespaced(object.apiVersion, object.kind);
    return { ...object, metadata: namespaced ? { ...metadata, namespace: namespace ?? "default" } : metadata };
  } catch (error) {
    throw explained(error, object);
  }
}

function explained(error: unknown, { apiVersion, kind, metadata }: KubeObject): unknown {
  if (!(error instanceof KubeError)) return error;
  if (error.reason === "NoMatch")
    return new Error(
      `creation of ${kind} "${metadata.name}" failed because the Kubernetes API server does not know ${apiVersion}/${kind}. ` +
        "Verify that any required CRDs have been created.",
      { cause: error },
    );
  if (error.status === 409 && error.details.some(({ reason }) => reason === "FieldManagerConflict"))
    return new Error(
      `Server-Side Apply field conflict detected for ${kind} "${metadata.name}": ${error.message}. ` +
        'Set the annotation "pulumi.com/patchForce" to "true" to take the fields over.',
    );
  return error;
}
