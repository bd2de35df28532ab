import { Controller } from "../aws/cluster/controller";
import { field, type Kube, type KubeObject, refOf } from "../aws/cluster/kube";
import { definitions } from "./calisti-definitions";
import { isAlive, put, workload } from "./workloads";

const namespace = "istio-system";
const finalizer = "istio-controlplane.servicemesh.cisco.com";

interface Overlay {
  readonly groupVersionKind?: { readonly group?: string; readonly version?: string; readonly kind?: string };
  readonly objectKey?: { readonly name?: string; readonly namespace?: string };
  readonly patches?: readonly { readonly type?: string; readonly path?: string; readonly value?: string }[];
}

interface ControlPlaneSpec {
  readonly meshExpansion?: { readonly enabled?: boolean; readonly clusterServices?: { readonly expose?: boolean } };
  readonly k8sResourceOverlays?: readonly Overlay[];
}

/**
 * Calisti's operator, while its pod lives: brings Istio's kinds and the Gateway for peers, says of a control plane that it is
 * there, and holds it until it has cleaned up. What it starts of Istio does nothing. The real one lets go of its resources when it
 * is ended itself; this one does not, so that a wrong order on the way down shows
 * (banzaicloud/istio-operator v2.17.4: controllers/istiocontrolplane_controller.go, internal/assets/manifests).
 */
export class CalistiOperator extends Controller {
  constructor(private readonly kube: Kube) {
    super({
      kube,
      kinds: [
        ["apps/v1", "Deployment"],
        ["servicemesh.cisco.com/v1alpha1", "IstioControlPlane"],
        ["clusterregistry.k8s.cisco.com/v1alpha1", "Cluster"],
      ],
    });
  }

  protected override async reconcile(): Promise<void> {
    const { kube } = this;
    if (!(await isAlive(kube, namespace, "istio-operator"))) return;
    for (const plane of await kube.list("servicemesh.cisco.com/v1alpha1", "IstioControlPlane", { namespace })) {
      if (plane.metadata.deletionTimestamp) await this.cleanUp(plane);
      else await this.bringUp(plane);
    }
  }

  private async bringUp(plane: KubeObject): Promise<void> {
    const { kube } = this;
    const { finalizers = [] } = plane.metadata;
    if (!finalizers.includes(finalizer)) {
      await kube.mergePatch(refOf(plane), { metadata: { finalizers: [...finalizers, finalizer] } });
    }
    for (const definition of definitions) if (!(await kube.get(refOf(definition)))) await put(kube, definition);
    const local = (await kube.list("clusterregistry.k8s.cisco.com/v1alpha1", "Cluster")).filter(
      (cluster) => field<{ type: string }>(cluster, "status").type === "Local",
    );
    if (local.length !== 1) {
      await this.say(plane, { status: "ReconcileFailed", errorMessage: `${local.length} local Cluster CRs found` });
      return;
    }
    // What it says after every part, before the next is there.
    if (!field<{ status: string }>(plane, "status").status) await this.say(plane, { status: "Available" });
    const { meshExpansion, k8sResourceOverlays = [] } = field<ControlPlaneSpec>(plane, "spec");
    if (meshExpansion?.enabled && meshExpansion.clusterServices?.expose) {
      await put(kube, k8sResourceOverlays.reduce(overlaid, gatewayOf(plane)));
    }
    for (const part of partsOf(plane)) if (!(await kube.get(refOf(part)))) await put(kube, part);
    const sidecars = sidecarWebhook(plane);
    if (!(await kube.get(refOf(sidecars)))) await put(kube, sidecars);
    // The gateway's own Service, which is no load balancer: its address within the cluster.
    await this.say(plane, { status: "Available", errorMessage: null, gatewayAddress: ["10.0.0.1"] });
  }

  private async cleanUp(plane: KubeObject): Promise<void> {
    const { finalizers = [], resourceVersion } = plane.metadata;
    if (!finalizers.includes(finalizer)) return;
    for (const made of [gatewayOf(plane), sidecarWebhook(plane), ...partsOf(plane)])
      await this.kube.delete(refOf(made));
    const left = finalizers.filter((name) => name !== finalizer);
    await this.kube.mergePatch(refOf(plane), { metadata: { resourceVersion, finalizers: left } });
  }

  private async say(plane: KubeObject, status: Readonly<Record<string, unknown>>): Promise<void> {
    const now = field<Record<string, unknown>>(plane, "status");
    const known = Object.entries(status).every(([key, value]) => String(now[key] ?? null) === String(value));
    if (!known) await this.kube.mergePatch(refOf(plane), { status }, { subresource: "status" });
  }
}

/** istiod, and the gateway for peers (internal/assets/manifests: istio-discovery, istio-meshgateway). */
function partsOf({ metadata: { name } }: KubeObject): KubeObject[] {
  return [
    workload({
      kind: "Deployment",
      namespace,
      name: `istiod-${name}`,
      image: "ghcr.io/cisco-open/istio-operator/pilot",
      labels: { app: "istiod", "istio.io/rev": `${name}.${namespace}` },
    }),
    workload({
      kind: "Deployment",
      namespace,
      name: `istio-meshexpansion-${name}`,
      image: "ghcr.io/cisco-open/istio-operator/proxyv2",
    }),
  ];
}

function gatewayOf({ metadata: { name } }: KubeObject): KubeObject {
  return {
    apiVersion: "networking.istio.io/v1alpha3",
    kind: "Gateway",
    metadata: { name: `istio-cross-network-${name}`, namespace },
    spec: {
      selector: { "gateway-name": `istio-meshexpansion-${name}`, "gateway-type": "ingress" },
      servers: [
        {
          port: { number: 15443, name: "tls", protocol: "TLS" },
          tls: { mode: "AUTO_PASSTHROUGH" },
          hosts: ["*.local"],
        },
      ],
    },
  };
}

/** The webhook that fills sidecars in; no istiod answers it here, and the ground opens it. */
function sidecarWebhook({ metadata: { name } }: KubeObject): KubeObject {
  const revision = `${name}.${namespace}`;
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingWebhookConfiguration",
    metadata: { name: `istio-sidecar-injector-${revision}`, labels: { "istio.io/rev": revision } },
    webhooks: [
      {
        name: "rev.namespace.sidecar-injector.istio.io",
        clientConfig: { service: { name: `istiod-${name}`, namespace, path: "/inject", port: 443 } },
        rules: [{ operations: ["CREATE"], apiGroups: [""], apiVersions: ["v1"], resources: ["pods"] }],
        namespaceSelector: {
          matchExpressions: [
            { key: "istio.io/rev", operator: "In", values: [revision] },
            { key: "istio-injection", operator: "DoesNotExist" },
          ],
        },
        failurePolicy: "Fail",
        sideEffects: "None",
        admissionReviewVersions: ["v1"],
      },
    ],
  };
}

/** As the operator does it: what it patches has no namespace yet, so that an overlay with one fits nothing. */
function overlaid(
  gateway: KubeObject,
  { groupVersionKind: kind = {}, objectKey = {}, patches = [] }: Overlay,
): KubeObject {
  const [group, version] = gateway.apiVersion.split("/");
  const fits = [
    [kind.group, group],
    [kind.version, version],
    [kind.kind, gateway.kind],
    [objectKey.name, gateway.metadata.name],
    [objectKey.namespace, ""],
  ].every(([wanted, given]) => !wanted || wanted === given);
  if (!fits) return gateway;
  const patched = structuredClone(gateway) as KubeObject & { spec: { servers: { hosts: readonly string[] }[] } };
  for (const { type, path, value = "[]" } of patches) {
    const [server] = patched.spec.servers;
    if (server && type === "replace" && path === "/spec/servers/0/hosts") server.hosts = JSON.parse(value);
  }
  return patched;
}
