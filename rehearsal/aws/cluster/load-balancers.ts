import { createHash } from "node:crypto";
import type { AwsClock } from "../account/clock";
import { isAwsError } from "../account/errors";
import { type BalancerSpec, nameOf, specOf, uidOf, wanted } from "./balancer-spec";
import { Controller, passing } from "./controller";
import { field, fieldManager, type Kube, type KubeObject, refOf } from "./kube";

/** Where callers come in, as the status of a Service has it: a DNS name, or an address that packets for it still carry. */
export type Ingress = { readonly hostname: string } | { readonly ip: string; readonly ipMode: "VIP" };

/** The half that talks to AWS. Both end with the signal's reason when it is aborted. */
export interface Balancers {
  /**
   * Makes the load balancer, or corrects the one that is there.
   *
   * @returns where callers come in, which is known before the load balancer passes traffic
   * @throws AwsError when AWS, or the controller for it, refuses
   */
  ensure(spec: BalancerSpec, signal: AbortSignal): Promise<readonly Ingress[]>;
  /** It need not be there. */
  remove(name: string, signal: AbortSignal): Promise<void>;
}

/** What the controller works with. */
export interface LoadBalancersOptions {
  readonly kube: Kube;
  readonly balancers: Balancers;
  readonly clock: AwsClock;
  /** A fault: the Service (`namespace/name`) for which no address ever comes. Default: none. */
  readonly neverReady?: (service: string) => boolean;
}

const finalizer = "service.kubernetes.io/load-balancer-cleanup";

interface Work {
  running: Promise<void>;
  /** What was asked for, as JSON; empty when it came to nothing. */
  what: string;
  done: boolean;
}

/**
 * The service controller in the control plane of EKS, for Services of type LoadBalancer that name no other controller
 * (cloud-provider-aws, pkg/providers/v1; cloud-provider, controllers/service).
 */
export class LoadBalancers extends Controller {
  private readonly works = new Map<string, Work>();

  constructor(private readonly options: LoadBalancersOptions) {
    super({
      kube: options.kube,
      kinds: [
        ["v1", "Service"],
        ["v1", "Node"],
      ],
    });
  }

  override async stop(): Promise<void> {
    await super.stop();
    await Promise.all([...this.works.values()].map(({ running }) => running));
  }

  protected override async reconcile(): Promise<void> {
    const services = await this.options.kube.list("v1", "Service");
    const concerned = services.filter((service) => wanted(service) || holdsFinalizer(service));
    if (concerned.length === 0) return;
    const nodes = await this.options.kube.list("v1", "Node");
    const instanceIds = nodes.flatMap(targetOf).sort();
    for (const service of concerned) this.consider(service, instanceIds);
    const uids = new Set(concerned.map(uidOf));
    for (const [uid, work] of this.works) if (work.done && !uids.has(uid)) this.works.delete(uid);
  }

  /** Starts what is to be done for the Service, unless it has been done or is under way. */
  private consider(service: KubeObject, instanceIds: readonly string[]): void {
    const keep = wanted(service) && !service.metadata.deletionTimestamp;
    const spec = keep ? specOf(service, instanceIds) : undefined;
    const what = JSON.stringify(spec ?? "remove");
    const last = this.works.get(uidOf(service));
    if (last && (!last.done || last.what === what)) return;
    const work: Work = { what, done: false, running: Promise.resolve() };
    work.running = this.retry(service, spec).then((succeeded) => {
      work.done = true;
      // Looked at afresh in the next round.
      if (!succeeded) work.what = "";
    });
    this.works.set(uidOf(service), work);
  }

  /** Until it succeeds, or the Service has changed; with the pauses of the service controller: 5 s, doubling up to 5 min. */
  private async retry(service: KubeObject, spec: BalancerSpec | undefined): Promise<boolean> {
    const { clock } = this.options;
    for (let pause = 5; !this.signal.aborted; pause = Math.min(300, pause * 2)) {
      try {
        if (await clock.work(() => (spec ? this.ensure(service, spec) : this.remove(service)))) return true;
      } catch (error) {
        if (isAwsError(error)) await this.warn(service, spec, error.message).catch(quiet);
        else quiet(error);
      }
      if (await this.changed(service)) return false;
      await clock.sleep(pause, this.signal).catch(quiet);
    }
    return false;
  }

  /** @returns whether it is done, rather than to be tried again */
  private async ensure(service: KubeObject, spec: BalancerSpec): Promise<boolean> {
    const { kube, balancers } = this.options;
    const ref = refOf(service);
    const { finalizers = [], resourceVersion } = service.metadata;
    if (!finalizers.includes(finalizer)) {
      await kube.mergePatch(ref, { metadata: { resourceVersion, finalizers: [...finalizers, finalizer] } });
    }
    const ingress = await balancers.ensure(spec, this.signal);
    if (this.options.neverReady?.(spec.service)) return false;
    const now = await kube.get(ref);
    if (!now || JSON.stringify(ingressOf(now)) === JSON.stringify(ingress)) return true;
    await kube.mergePatch(ref, { status: { loadBalancer: { ingress } } }, { subresource: "status" });
    return true;
  }

  private async remove(service: KubeObject): Promise<true> {
    const { kube, balancers } = this.options;
    await balancers.remove(nameOf(service), this.signal);
    const ref = refOf(service);
    const now = await kube.get(ref);
    if (!now) return true;
    if (ingressOf(now).length > 0) {
      await kube.mergePatch(ref, { status: { loadBalancer: { ingress: null } } }, { subresource: "status" });
    }
    // Last: with it a Service that is being deleted goes.
    const finalizers = (now.metadata.finalizers ?? []).filter((each) => each !== finalizer);
    await kube.mergePatch(ref, { metadata: { finalizers } });
    return true;
  }

  /** Whether there is something newer to do than to try the same again. */
  private async changed(service: KubeObject): Promise<boolean> {
    try {
      const now = await this.options.kube.get(refOf(service));
      return now?.metadata.resourceVersion !== service.metadata.resourceVersion;
    } catch (error) {
      quiet(error);
      return false;
    }
  }

  private async warn(service: KubeObject, spec: BalancerSpec | undefined, message: string): Promise<void> {
    const { name, namespace = "default", uid } = service.metadata;
    const reason = spec ? "SyncLoadBalancerFailed" : "DeleteLoadBalancerFailed";
    const doing = spec ? "Error syncing load balancer: failed to ensure load balancer" : "Error deleting load balancer";
    const digest = createHash("sha256").update(`${uid}${reason}${message}`).digest("hex").slice(0, 16);
    const now = new Date().toISOString();
    await this.options.kube.apply(
      {
        apiVersion: "v1",
        kind: "Event",
        metadata: { name: `${name}.${digest}`, namespace },
        involvedObject: { apiVersion: "v1", kind: "Service", name, namespace, uid },
        type: "Warning",
        reason,
        message: `${doing}: ${message}`,
        source: { component: "service-controller" },
        firstTimestamp: now,
        lastTimestamp: now,
        count: 1,
      },
      { fieldManager, force: true },
    );
  }
}

function holdsFinalizer({ metadata }: KubeObject): boolean {
  return metadata.finalizers?.includes(finalizer) ?? false;
}

/** The instance behind a node that may be a target; none for one that is kept out. */
function targetOf(node: KubeObject): string[] {
  if (node.metadata.labels?.["node.kubernetes.io/exclude-from-external-load-balancers"] !== undefined) return [];
  const instanceId = field<{ providerID: string }>(node, "spec").providerID?.split("/").at(-1);
  return instanceId ? [instanceId] : [];
}

function ingressOf(service: KubeObject): readonly unknown[] {
  return field<{ loadBalancer: { ingress?: readonly unknown[] } }>(service, "status").loadBalancer?.ingress ?? [];
}

function quiet(error: unknown): void {
  if (!passing(error)) throw error;
}
