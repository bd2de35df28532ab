import type { KubeObject } from "../aws/cluster/kube";
import { definition, open } from "./definition";

const strings = { type: "object", additionalProperties: { type: "string" } };

const mutualTls = {
  type: "object",
  properties: { mode: { type: "string", enum: ["UNSET", "DISABLE", "PERMISSIVE", "STRICT"] } },
};

/** Those of Istio 1.17's kinds that the lab makes objects of, or looks at (manifests/base/crds). */
export const definitions: readonly KubeObject[] = [
  ofSpec("security.istio.io", ["v1beta1"], "authorizationpolicies", "AuthorizationPolicy", {
    selector: { type: "object", properties: { matchLabels: strings } },
    action: { type: "string", enum: ["ALLOW", "DENY", "AUDIT", "CUSTOM"] },
    rules: { type: "array", items: open },
  }),
  ofSpec("security.istio.io", ["v1beta1"], "peerauthentications", "PeerAuthentication", {
    selector: { type: "object", properties: { matchLabels: strings } },
    mtls: mutualTls,
    portLevelMtls: { type: "object", additionalProperties: mutualTls },
  }),
  ofSpec("networking.istio.io", ["v1alpha3", "v1beta1"], "destinationrules", "DestinationRule", {
    host: { type: "string" },
    trafficPolicy: open,
  }),
  ofSpec("networking.istio.io", ["v1alpha3", "v1beta1"], "gateways", "Gateway", {
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

function ofSpec(
  group: string,
  versions: readonly string[],
  plural: string,
  kind: string,
  properties: object,
): KubeObject {
  return definition(group, versions, plural, kind, { spec: { type: "object", properties } });
}
