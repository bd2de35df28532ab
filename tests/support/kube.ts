import { randomUUID } from "node:crypto";
import type {
  ExecResult,
  KubeObject,
  KubeProber,
  ListOptions,
  NodeSummary,
  ObjectRef,
  PodRef,
} from "../../checks/kube/client";
import type { Kube } from "../../rehearsal/aws/cluster/kube";

interface Budget {
  readonly spec: { readonly selector: { readonly matchLabels: Readonly<Record<string, string>> } };
  readonly status: { disruptionsAllowed: number };
}

/** What a container of a pod says to a command; undefined when there is no such program in it. */
export type Answering = (pod: string, container: string, command: readonly string[]) => Partial<ExecResult> | undefined;

/** What a pod serves; undefined when there is nobody. */
export type Serving = (pod: string, port: number, path: string) => string | undefined;

/** A cluster's objects in memory, read and changed as by its API server. */
export class FakeKube implements Kube, KubeProber {
  protected objects: KubeObject[];
  /** What its containers say. */
  answering: Answering = () => undefined;
  /** What its pods serve. */
  serving: Serving = () => undefined;
  /** What its kubelets count. */
  counting: (node: string) => NodeSummary = () => ({});

  constructor(objects: readonly KubeObject[] = []) {
    this.objects = structuredClone([...objects]);
  }

  async nodeSummary(node: string): Promise<NodeSummary> {
    return this.counting(node);
  }

  async get(ref: ObjectRef): Promise<KubeObject | undefined> {
    const found = this.find(ref);
    return found && this.shown(found);
  }

  async list(apiVersion: string, kind: string, options: ListOptions = {}): Promise<KubeObject[]> {
    const { namespace, labelSelector = "" } = options;
    const terms = labelSelector.split(",").filter((term) => term !== "");
    return this.objects
      .filter((each) => each.apiVersion === apiVersion && each.kind === kind)
      .filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace)
      .filter(({ metadata }) => terms.every((term) => has(metadata.labels ?? {}, term)))
      .map((each) => this.shown(each));
  }

  /** Tells again and again, whatever has changed: tests change objects in place. */
  async watch(_apiVersion: string, _kind: string, changed: () => void, signal: AbortSignal): Promise<void> {
    changed();
    const timer = setInterval(changed, 20);
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
    clearInterval(timer);
  }

  async create(object: KubeObject): Promise<KubeObject> {
    return this.put({ ...object, metadata: { uid: randomUUID(), ...object.metadata } });
  }

  async apply(object: KubeObject): Promise<KubeObject> {
    const uid = this.find(refOf(object))?.metadata.uid ?? randomUUID();
    return this.put({ ...object, metadata: { uid, ...object.metadata } });
  }

  async mergePatch(ref: ObjectRef, patch: object): Promise<KubeObject> {
    const old = this.find(ref);
    if (!old) throw new Error(`${ref.kind} ${ref.name} is not there`);
    const merged = merge(old, patch) as KubeObject;
    if (!merged.metadata.deletionTimestamp || merged.metadata.finalizers?.length) return this.put(merged);
    this.drop(old);
    return merged;
  }

  async delete(ref: ObjectRef): Promise<void> {
    const old = this.find(ref);
    if (!old) return;
    if (old.metadata.finalizers?.length) this.put({ ...old, metadata: { ...old.metadata, deletionTimestamp: "now" } });
    else this.drop(old);
  }

  /** By what the status of budgets with `matchLabels` allows, as the API server does. */
  async evict(pod: ObjectRef): Promise<boolean> {
    const { labels = {}, namespace } = this.find(pod)?.metadata ?? {};
    const budgets = this.all("PodDisruptionBudget").filter(({ metadata, spec }) => {
      const wanted = Object.entries((spec as Budget["spec"]).selector.matchLabels);
      return metadata.namespace === namespace && wanted.every(([name, value]) => labels[name] === value);
    }) as unknown as Budget[];
    if (budgets.some(({ status }) => status.disruptionsAllowed < 1)) return false;
    for (const { status } of budgets) status.disruptionsAllowed--;
    await this.delete(pod);
    return true;
  }

  async exec(pod: PodRef, container: string, command: readonly string[]): Promise<ExecResult> {
    const said = this.answering(pod.name, container, command);
    if (!said) throw new Error(`${pod.name} has no answer to ${command.join(" ")}`);
    return { stdout: "", stderr: "", exitCode: 0, ...said };
  }

  async getFromPod(pod: PodRef, port: number, path: string): Promise<string> {
    const said = this.serving(pod.name, port, path);
    if (said === undefined) throw new Error(`${pod.name} does not answer on ${port}`);
    return said;
  }

  /** The object of that kind and name, to be changed in place. */
  // biome-ignore lint/suspicious/noExplicitAny: objects are as different as kinds.
  the(kind: string, name: string): any {
    const found = this.objects.find((each) => each.kind === kind && each.metadata.name === name);
    if (!found) throw new Error(`there is no ${kind} ${name} to change`);
    return found;
  }

  all(kind: string): readonly KubeObject[] {
    return this.objects.filter((each) => each.kind === kind);
  }

  remove(kind: string, name: string): void {
    this.drop(this.the(kind, name));
  }

  add(object: KubeObject): void {
    this.objects.push(object);
  }

  /** What a reader gets to see of it. */
  protected shown(object: KubeObject): KubeObject {
    return object;
  }

  private find(ref: ObjectRef): KubeObject | undefined {
    return this.objects.find((each) => isAt(each, ref));
  }

  private put(object: KubeObject): KubeObject {
    const old = this.find(refOf(object));
    if (old) this.objects[this.objects.indexOf(old)] = object;
    else this.objects.push(object);
    return object;
  }

  private drop(object: KubeObject): void {
    this.objects = this.objects.filter((each) => each !== object);
  }
}

/** One with kubelets, as it seems: Nodes are Ready at once, and workloads run as soon as there is a Node. */
export class RunningKube extends FakeKube {
  protected override shown(object: KubeObject): KubeObject {
    const nodes = this.all("Node").length;
    switch (object.kind) {
      case "Node":
        return { ...object, status: { conditions: [{ type: "Ready", status: "True" }] } };
      case "DaemonSet":
        return { ...object, status: { desiredNumberScheduled: nodes, numberReady: nodes } };
      case "Deployment":
        return { ...object, status: { availableReplicas: nodes > 0 ? 2 : 0 } };
      default:
        return object;
    }
  }
}

function refOf({ apiVersion, kind, metadata: { name, namespace } }: KubeObject): ObjectRef {
  return { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

function isAt({ apiVersion, kind, metadata }: KubeObject, ref: ObjectRef): boolean {
  if (apiVersion !== ref.apiVersion || kind !== ref.kind || metadata.name !== ref.name) return false;
  return metadata.namespace === undefined || metadata.namespace === (ref.namespace ?? "default");
}

/** Whether labels have a selector's `KEY=VALUE`. */
function has(labels: Readonly<Record<string, string>>, term: string): boolean {
  const [key = ""] = term.split("=");
  return term === `${key}=${labels[key]}`;
}

/** RFC 7386. */
function merge(target: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> = { ...(target as object) };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else if (value !== undefined) result[name] = merge(result[name], value);
  }
  return result;
}

/** A Secret as the API server gives it. */
export function secretObject(namespace: string, name: string, text: Readonly<Record<string, string>>): KubeObject {
  const data = Object.entries(text).map(([key, value]) => [key, base64(value)] as const);
  return { apiVersion: "v1", kind: "Secret", metadata: { name, namespace }, data: Object.fromEntries(data) };
}

export const base64 = (text: string) => Buffer.from(text).toString("base64");
