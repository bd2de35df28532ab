import { Controller } from "../aws/cluster/controller";
import { type Connect, field, type Kube, type KubeObject, refOf } from "../aws/cluster/kube";
import { Peers } from "./peers";
import { brokerOf } from "./submariner-broker";
import { signOff, signOn } from "./submariner-gateway";
import { shareServices } from "./submariner-lighthouse";
import { definitions, forwardZone, type SubmarinerSpec, workloadsOf } from "./submariner-parts";
import { isAlive, put } from "./workloads";

const namespace = "submariner-operator";
/** Holds the resource until what runs for it is gone (submariner-operator, pkg/names). */
const finalizer = "controllers.submariner.io/cleanup";
const resource = { apiVersion: "submariner.io/v1alpha1", kind: "Submariner", namespace, name: "submariner" };

/**
 * Submariner's operator, while its pod lives: starts what the Submariner resource asks for, signs on to the broker with the
 * credentials that it was given, and signs off when the resource goes. The real one gives up after some minutes when a
 * part does not end; this one does not, so that a wrong order on the way down shows.
 */
export class SubmarinerOperator extends Controller {
  /** Keeps the connection to the broker. */
  private readonly brokers: Peers;

  constructor(
    private readonly kube: Kube,
    connect: Connect,
  ) {
    super({
      kube,
      kinds: [
        ["apps/v1", "Deployment"],
        [resource.apiVersion, resource.kind],
        ["multicluster.x-k8s.io/v1alpha1", "ServiceExport"],
      ],
      resyncMs: 800,
    });
    this.brokers = new Peers(connect);
  }

  protected override async reconcile(): Promise<void> {
    const { kube } = this;
    if (!(await isAlive(kube, namespace, "submariner-operator"))) return;
    const found = await kube.get(resource);
    if (!found) return;
    if (found.metadata.deletionTimestamp) return this.cleanUp(found);
    const finalizers = found.metadata.finalizers ?? [];
    if (!finalizers.includes(finalizer)) {
      await kube.mergePatch(resource, { metadata: { finalizers: [...finalizers, finalizer] } });
    }
    const spec = field<SubmarinerSpec>(found, "spec") as SubmarinerSpec;
    for (const definition of definitions) if (!(await kube.get(refOf(definition)))) await put(kube, definition);
    for (const part of workloadsOf(spec)) await put(kube, ownedBy(part, found));
    await forwardZone(kube, spec);
    const gateways = await signOn(kube, spec, this.brokers);
    if (await isAlive(kube, namespace, "submariner-lighthouse-agent"))
      await shareServices(kube, spec, await brokerOf(kube, spec, this.brokers));
    const { clusterID, natEnabled, globalCIDR } = spec;
    await kube.mergePatch(
      resource,
      { status: { clusterID, natEnabled, globalCIDR, gateways } },
      { subresource: "status" },
    );
  }

  private async cleanUp(found: KubeObject): Promise<void> {
    const finalizers = found.metadata.finalizers ?? [];
    if (!finalizers.includes(finalizer)) return;
    const spec = field<SubmarinerSpec>(found, "spec") as SubmarinerSpec;
    for (const part of workloadsOf(spec)) await this.kube.delete(refOf(part));
    if (!(await signOff(this.kube, spec, this.brokers))) return;
    const { resourceVersion } = found.metadata;
    const left = finalizers.filter((name) => name !== finalizer);
    await this.kube.mergePatch(resource, { metadata: { resourceVersion, finalizers: left } });
  }
}

function ownedBy(part: KubeObject, { apiVersion, kind, metadata }: KubeObject): KubeObject {
  const owner = {
    apiVersion,
    kind,
    name: metadata.name,
    uid: metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
  return { ...part, metadata: { ...part.metadata, ownerReferences: [owner] } };
}
