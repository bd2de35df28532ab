import { Controller } from "./controller";
import { field, type Kube, type KubeObject } from "./kube";
import type { ServiceRef } from "./simulated-pods";

/** Something that fails closed in a real cluster and was opened here, because nothing runs in simulated pods. */
export interface OpenedWebhook {
  readonly cluster: string;
  /** Kind and name, e.g. `ValidatingWebhookConfiguration/istio-validator`. */
  readonly configuration: string;
  /** Name of the webhook; of an APIService its own. */
  readonly webhook: string;
}

interface Webhook {
  readonly name: string;
  readonly failurePolicy?: string;
  readonly clientConfig?: { readonly service?: ServiceRef };
}

const kinds = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"] as const;

/**
 * Opens admission webhooks that simulated pods would answer: they answer nothing, so a webhook that fails closed would
 * refuse all that it is asked about. Webhooks at a URL are left alone.
 *
 * An APIService that pods would serve is let be until a namespace is being deleted: namespaces wait for every API
 * to list what is left in them, so it would never go. Then the APIService is removed.
 */
export class WebhookOpener extends Controller {
  /**
   * @param opened takes what was opened
   * @param answersNever whether no pod of a Service runs for real. Default: of none
   */
  constructor(
    private readonly cluster: string,
    private readonly kube: Kube,
    private readonly opened: OpenedWebhook[],
    private readonly answersNever: (service: ServiceRef) => Promise<boolean> = async () => true,
  ) {
    super({
      kube,
      kinds: [
        ...kinds.map((kind) => ["admissionregistration.k8s.io/v1", kind] as const),
        ["apiregistration.k8s.io/v1", "APIService"],
        ["v1", "Namespace"],
      ],
    });
  }

  protected override async reconcile(): Promise<void> {
    for (const kind of kinds) {
      const found = await this.kube.list("admissionregistration.k8s.io/v1", kind);
      for (const configuration of found) await this.open(kind, configuration);
    }
    await this.removeDeadServices();
  }

  private async open(kind: string, configuration: KubeObject): Promise<void> {
    const webhooks = (configuration.webhooks ?? []) as readonly Webhook[];
    const closed: Webhook[] = [];
    // Fail is the default of admissionregistration.k8s.io/v1.
    for (const webhook of webhooks.filter(({ failurePolicy = "Fail" }) => failurePolicy === "Fail")) {
      const service = webhook.clientConfig?.service;
      if (service && (await this.answersNever(service))) closed.push(webhook);
    }
    if (closed.length === 0) return;
    const { name, resourceVersion } = configuration.metadata;
    await this.kube.mergePatch(
      { apiVersion: configuration.apiVersion, kind, name },
      {
        // The list goes as a whole, so it must be the one that was read.
        metadata: { resourceVersion },
        webhooks: webhooks.map((webhook) =>
          closed.includes(webhook) ? { ...webhook, failurePolicy: "Ignore" } : webhook,
        ),
      },
    );
    for (const { name: webhook } of closed) this.note(`${kind}/${name}`, webhook);
  }

  private async removeDeadServices(): Promise<void> {
    const services = await this.kube.list("apiregistration.k8s.io/v1", "APIService");
    const dead: KubeObject[] = [];
    for (const service of services) {
      const { conditions = [] } = field<{ conditions: { type: string; status: string }[] }>(service, "status");
      const served = field<{ service: ServiceRef | null }>(service, "spec").service;
      const unavailable = conditions.some(({ type, status }) => type === "Available" && status !== "True");
      if (served && unavailable && (await this.answersNever(served))) dead.push(service);
    }
    if (dead.length === 0) return;
    const namespaces = await this.kube.list("v1", "Namespace");
    if (!namespaces.some(({ metadata }) => metadata.deletionTimestamp)) return;
    for (const { apiVersion, metadata } of dead) {
      await this.kube.delete({ apiVersion, kind: "APIService", name: metadata.name });
      this.note(`APIService/${metadata.name}`, metadata.name);
    }
  }

  private note(configuration: string, webhook: string): void {
    const known = this.opened.some(
      (each) => each.cluster === this.cluster && each.configuration === configuration && each.webhook === webhook,
    );
    if (!known) this.opened.push({ cluster: this.cluster, configuration, webhook });
  }
}
