import type { KubeObject } from "../../checks/kube/client";

const open = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
const strings = { type: "object", additionalProperties: { type: "string" } };

/** Those of Istio 1.17's kinds that the lab makes objects of, or looks at (manifests/base/crds). */
export const definitions: readonly KubeObject[] = [
  definition("security.istio.io", ["v1beta1"], "authorizationpolicies", "AuthorizationPolicy", {
    selector: { type: "object", properties: { matchLabels: strings } },
    action: { type: "string", enum: ["ALLOW", "DENY", "AUDIT", "CUSTOM"] },
    rules: { type: "array", items: open },
  }),
  definition("networking.istio.io", ["v1alpha3", "v1beta1"], "destinationrules", "DestinationRule", {
    host: { type: "string" },
    trafficPolicy: open,
  }),
  definition("networking.istio.io", ["v1alpha3", "v1beta1"], "gateways", "Gateway", {
    selector: strings,
    servers: {
      type: "array",
      items: {
        type: "object",
        properties: { port: open, tls: open, hosts: { type: "array", items: { type: "string" } } },
      },
    },
  }),
];

/** @param versions what is served; the first is stored */
function definition(
  group: string,
  versions: readonly string[],
  plural: string,
  kind: string,
  properties: object,
): KubeObject {
  const schema = { openAPIV3Schema: { type: "object", properties: { spec: { type: "object", properties } } } };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
      versions: versions.map((name, index) => ({ name, served: true, storage: index === 0, schema })),
    },
  };
}
