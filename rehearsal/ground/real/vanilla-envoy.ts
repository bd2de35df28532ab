import { Controller } from "../../aws/cluster/controller";
import { fieldManager, type Kube } from "../../aws/cluster/kube";
import type { ImageStore } from "../../images/store";

const namespace = "istio-system";

/**
 * Turns Istio's telemetry off where its proxy has Envoy as its project publishes it: the chart names a provider of metrics
 * whose filter that Envoy lacks, and it takes no configuration that has it.
 */
export class VanillaEnvoy extends Controller {
  private made = false;

  constructor(
    private readonly kube: Kube,
    private readonly images: ImageStore,
  ) {
    super(500);
  }

  protected override async reconcile(): Promise<void> {
    if (this.made || this.images.origin("docker.io/istio/proxyv2")?.kind !== "made") return;
    const definition = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" };
    const served = await this.kube.get({ ...definition, name: "telemetries.telemetry.istio.io" });
    if (!served || !(await this.kube.get({ apiVersion: "v1", kind: "Namespace", name: namespace }))) return;
    await this.kube.apply(
      {
        apiVersion: "telemetry.istio.io/v1",
        kind: "Telemetry",
        metadata: { name: "without-metrics", namespace },
        spec: { metrics: [{ providers: [{ name: "prometheus" }], overrides: [{ disabled: true }] }] },
      },
      { fieldManager, force: true },
    );
    this.made = true;
  }
}
