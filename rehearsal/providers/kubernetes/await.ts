import { setTimeout as sleep } from "node:timers/promises";
import { type KubeClient, KubeError, type KubeObject } from "../../../checks/kube/client";
import type { AwsClock } from "../../aws/account/clock";
import { complaints, endpointsReadiness, hasEndpoints, type Readiness, readiness, waitsForAws } from "./readiness";

/** The provider's default for every kind but Secrets. */
export const defaultTimeout = 600;

const everyMs = 150;

/** Machines are slower than AWS's clock is fast: real work gets this long, whatever that clock says. */
const leastMs = 30_000;

/** Real time that simulated Pods take; what takes longer waits for AWS, e.g. for nodes. */
const holdMs = 4_000;

/** AWS seconds of quiet after which the provider believes a Service's Endpoints (await/service.go). */
const settleSeconds = 10;

/** How long to wait, and by which clock. */
export interface Patience {
  readonly clock: AwsClock;
  /** Seconds, of AWS time or real ones, whichever pass first. */
  readonly timeout: number;
  /** Only real seconds count, since pods take them. Default: false. */
  readonly realTime?: boolean;
  readonly signal: AbortSignal;
}

/** How a wait ended. */
export type End = "done" | "timeout" | "cancelled";

/** Asks `done` until it says so. With `aws`, or when it takes longer than Pods need, AWS time passes meanwhile. */
export async function until(done: () => Promise<boolean>, patience: Patience, aws: boolean): Promise<End> {
  const { clock, signal } = patience;
  const started = { real: performance.now(), aws: clock.now() };
  const elapsed = () => performance.now() - started.real;
  const awsOver = () => elapsed() >= leastMs && clock.now() - started.aws >= patience.timeout;
  const over = () => elapsed() >= patience.timeout * 1000 || (!patience.realTime && awsOver());
  const poll = async (limit: () => boolean): Promise<End> => {
    for (;;) {
      if (await done()) return "done";
      if (signal.aborted) return "cancelled";
      if (limit()) return "timeout";
      await sleep(everyMs);
    }
  };
  if (!aws) {
    const first = await poll(() => over() || elapsed() >= holdMs);
    if (first !== "timeout" || over()) return first;
  }
  return clock.wait(() => poll(over));
}

/** An object as last seen, and what is wrong with it: nothing when it is in order. */
export interface Awaited {
  readonly live: KubeObject;
  readonly problems: readonly string[];
}

/** Waits until the object is in order. */
export async function awaitReady(kube: KubeClient, object: KubeObject, patience: Patience): Promise<Awaited> {
  let live = object;
  let state: Readiness = readiness(object);
  if (state.ready && !hasEndpoints(object)) return { live, problems: [] };
  const from = patience.clock.now();
  const look = async () => {
    const found = await kube.get({ ...object.metadata, apiVersion: object.apiVersion, kind: object.kind });
    if (!found || found.metadata.uid !== object.metadata.uid) {
      state = { ready: false, failed: true, reasons: ["It was deleted by somebody else"] };
      return true;
    }
    live = found;
    state = readiness(live);
    if (state.ready && hasEndpoints(live)) {
      const endpoints = await kube.get({ ...live.metadata, apiVersion: "v1", kind: "Endpoints" });
      state = endpoints
        ? endpointsReadiness(endpoints)
        : { ready: false, reasons: ["The Service has no Endpoints yet"] };
    }
    return state.ready || state.failed === true;
  };
  const end = await until(look, patience, waitsForAws(object));
  if (state.ready) {
    if (hasEndpoints(live)) await patience.clock.sleep(from + settleSeconds - patience.clock.now(), patience.signal);
    return { live, problems: [] };
  }
  const how = { done: [], timeout: [`timed out after ${patience.timeout} s`], cancelled: ["cancelled"] }[end];
  return { live, problems: [...how, ...state.reasons, ...(await background(kube, live))] };
}

/** Waits until the object is gone, or another one has its name. */
export async function awaitGone(kube: KubeClient, object: KubeObject, patience: Patience): Promise<void> {
  let live: KubeObject | undefined = object;
  const look = async () => {
    live = await kube.get({ ...object.metadata, apiVersion: object.apiVersion, kind: object.kind });
    return live === undefined || live.metadata.uid !== object.metadata.uid;
  };
  const end = await until(look, patience, true);
  if (end === "done") return;
  const what = `${object.kind} ${object.metadata.name}`;
  if (end === "cancelled") throw new Error(`cancelled while waiting for the deletion of ${what}`);
  const finalizers = live?.metadata.finalizers ?? [];
  const held = finalizers.length > 0 ? ` It is held by the finalizers ${finalizers.join(", ")}.` : "";
  const said = live ? complaints(live).join(" ") : "";
  throw new Error(`${what} was not deleted within ${patience.timeout} s.${held} ${said}`.trim());
}

/** What the cluster itself tells: conditions of the Pods, and warnings. */
async function background(kube: KubeClient, object: KubeObject): Promise<string[]> {
  const { namespace, name } = object.metadata;
  const selector = (object.spec as { selector?: { matchLabels?: Record<string, string> } } | undefined)?.selector;
  const labelSelector = Object.entries(selector?.matchLabels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
  try {
    const pods = labelSelector ? await kube.list("v1", "Pod", { namespace, labelSelector }) : [];
    const events = await kube.list("v1", "Event", {
      namespace,
      fieldSelector: `involvedObject.name=${name},type=Warning`,
    });
    const told = [
      ...pods.flatMap((pod) => complaints(pod).map((text) => `[Pod ${pod.metadata.name}]: ${text}`)),
      ...events.map(({ reason, message }) => `${reason}: ${message}`),
    ];
    return [...new Set(told)].slice(0, 5);
  } catch (error) {
    // The failure itself is to be told, even if its background cannot be had.
    if (error instanceof KubeError) return [];
    throw error;
  }
}
