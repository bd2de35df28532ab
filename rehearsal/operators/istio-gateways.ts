import { Controller } from "../aws/cluster/controller";
import { field, type Kube, type KubeObject } from "../aws/cluster/kube";
import { put, workload } from "./workloads";

const gateways = { apiVersion: "gateway.networking.k8s.io/v1", kind: "Gateway" } as const;

/**
 * What istiod makes of a Gateway of its class for gateways between networks: a Deployment, which goes with the Gateway, since it is
 * its owner (istio, files/waypoint.yaml of the istiod chart). Others of its classes stand for what is elsewhere.
 */
export class IstioGateways extends Controller {
  constructor(private readonly kube: Kube) {
    super({
      kube,
      kinds: [
        ["apps/v1", "Deployment"],
        [gateways.apiVersion, gateways.kind],
      ],
    });
  }

  protected override async reconcile(): Promise<void> {
    const { kube } = this;
    const istiod = { apiVersion: "apps/v1", kind: "Deployment", namespace: "istio-system", name: "istiod" };
    if (!(await kube.get(istiod))) return;
    const found = await kube.list(gateways.apiVersion, gateways.kind);
    for (const gateway of found) {
      const { gatewayClassName } = field<{ gatewayClassName: string }>(gateway, "spec");
      if (gatewayClassName === "istio-east-west" && !gateway.metadata.deletionTimestamp) await this.deploy(gateway);
    }
  }

  private async deploy({ metadata: { name, namespace = "", uid } }: KubeObject): Promise<void> {
    const image = "docker.io/istio/proxyv2";
    const labels = { "gateway.networking.k8s.io/gateway-name": name };
    const made = workload({ kind: "Deployment", namespace, name, image, labels });
    const ownerReferences = [{ ...gateways, name, uid }];
    await put(this.kube, { ...made, metadata: { ...made.metadata, ownerReferences } } as KubeObject);
  }
}
