import { Controller } from "../aws/cluster/controller";
import { type Kube, type KubeObject, refOf } from "../aws/cluster/kube";
import { definition, open } from "./definition";
import { put } from "./workloads";

const strings = { type: "object", additionalProperties: { type: "string" } };

const selector = {
  type: "object",
  properties: {
    matchLabels: strings,
    matchExpressions: {
      type: "array",
      items: {
        type: "object",
        required: ["key", "operator"],
        properties: {
          key: { type: "string" },
          operator: { type: "string", enum: ["In", "NotIn", "Exists", "DoesNotExist"] },
          values: { type: "array", items: { type: "string" } },
        },
      },
    },
  },
};

const ports = {
  type: "array",
  items: {
    type: "object",
    properties: {
      ports: {
        type: "array",
        items: {
          type: "object",
          required: ["port"],
          properties: {
            port: { type: "string", pattern: "^([0-9]{1,5}|[a-z0-9]([-a-z0-9]*[a-z0-9])?)$" },
            protocol: { type: "string", enum: ["TCP", "UDP", "SCTP", "ICMP", "ICMPv6", "ANY"] },
          },
        },
      },
    },
  },
};

const entities = { type: "array", items: { type: "string" } };
const selectors = { type: "array", items: selector };

/** Rules of a policy, as far as labs write any (cilium, pkg/k8s/apis/cilium.io/client/crds/v2). */
const policy = {
  spec: {
    type: "object",
    properties: {
      description: { type: "string" },
      endpointSelector: selector,
      ingress: {
        type: "array",
        items: {
          type: "object",
          properties: { fromEndpoints: selectors, fromEntities: entities, fromCIDR: entities, toPorts: ports },
        },
      },
      egress: {
        type: "array",
        items: {
          type: "object",
          properties: { toEndpoints: selectors, toEntities: entities, toCIDR: entities, toPorts: ports },
        },
      },
      enableDefaultDeny: { type: "object", properties: { ingress: { type: "boolean" }, egress: { type: "boolean" } } },
    },
  },
  status: open,
};

/** Those of Cilium's kinds that labs make objects of. */
const definitions: readonly KubeObject[] = [
  definition("cilium.io", ["v2"], "ciliumnetworkpolicies", "CiliumNetworkPolicy", policy),
];

const deployment = { apiVersion: "apps/v1", kind: "Deployment", namespace: "kube-system", name: "cilium-operator" };

/**
 * Cilium's operator: brings Cilium's kinds, which the chart leaves to it (operator/cmd/root.go, RegisterCRDs), and does nothing
 * else. The real one never takes them away. It runs on the first node before that is Ready, since agents wait for the kinds;
 * here nodes are Ready as soon as they are there, so it acts as soon as its Deployment is.
 */
export class CiliumOperator extends Controller {
  constructor(private readonly kube: Kube) {
    super({ kube, kinds: [["apps/v1", "Deployment"]] });
  }

  protected override async reconcile(): Promise<void> {
    if (!(await this.kube.get(deployment))) return;
    for (const each of definitions) if (!(await this.kube.get(refOf(each)))) await put(this.kube, each);
  }
}
