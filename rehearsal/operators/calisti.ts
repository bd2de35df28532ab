import type { KubeObject } from "../../checks/kube/client";
import { Controller, field, type Kube } from "../aws/cluster/controller";
import { isAlive, put, refOf } from "./workloads";

const namespace = "istio-system";

/**
 * Calisti's operator, while its pod lives: brings Istio's kinds and says of a control plane that it is there. Of Istio
 * itself it starts nothing (banzaicloud/istio-operator: internal/components/base and istiocontrolplane_controller.go).
 */
export class CalistiOperator extends Controller {
  constructor(private readonly kube: Kube) {
    super(400);
  }

  protected override async reconcile(): Promise<void> {
    const { kube } = this;
    if (!(await isAlive(kube, namespace, "istio-operator"))) return;
    const planes = await kube.list("servicemesh.cisco.com/v1alpha1", "IstioControlPlane", { namespace });
    for (const plane of planes) {
      if (plane.metadata.deletionTimestamp || field<{ status: string }>(plane, "status").status === "Available")
        continue;
      for (const definition of definitions) if (!(await kube.get(refOf(definition)))) await put(kube, definition);
      await kube.mergePatch(refOf(plane), { status: { status: "Available" } }, { subresource: "status" });
    }
  }
}

/** Those of Istio 1.17's kinds that the lab makes objects of. */
const definitions: readonly KubeObject[] = [
  definition("security.istio.io", "authorizationpolicies", "AuthorizationPolicy", {
    selector: {
      type: "object",
      properties: { matchLabels: { type: "object", additionalProperties: { type: "string" } } },
    },
    action: { type: "string", enum: ["ALLOW", "DENY", "AUDIT", "CUSTOM"] },
    rules: { type: "array", items: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
  }),
  definition("networking.istio.io", "destinationrules", "DestinationRule", {
    host: { type: "string" },
    trafficPolicy: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
  }),
];

function definition(group: string, plural: string, kind: string, properties: object): KubeObject {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
      versions: [
        {
          name: "v1beta1",
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: "object", properties: { spec: { type: "object", properties } } } },
        },
      ],
    },
  };
}
