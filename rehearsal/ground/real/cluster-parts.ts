import { addressAt } from "../../aws/account/cidr";
import { Controller } from "../../aws/cluster/controller";
import { fieldManager, type Kube, type KubeObject } from "../../aws/cluster/kube";
import { nodeObject } from "../../aws/cluster/nodes";
import { machineOf } from "../../aws/eks/machines";
import { simulatedLabel } from "../../nodes/placement";

/** Name of the node for pods that cannot run for real, in every cluster. */
export const simulatedNodeName = "simulated";

/** TEST-NET-2 (RFC 5737): addresses of simulated pods lead nowhere. */
export const nowhere = "198.51.100.0/24";

/** What a cluster with real nodes has besides what AWS puts into it. */
export interface ClusterParts {
  readonly region: string;
  /** Addresses by which pods reach the API server. */
  readonly apiAddresses: readonly string[];
  /** Addresses of simulated pods, which lead nowhere. */
  readonly simulatedCidr: string;
  /** Registration of the webhook that places pods. */
  readonly placement: KubeObject;
}

/** Objects in a cluster with real nodes that AWS, or this ground, makes as soon as its API answers. */
export class RealClusterParts extends Controller {
  private made = false;

  constructor(
    private readonly kube: Kube,
    private readonly parts: ClusterParts,
  ) {
    super(200);
  }

  protected override async reconcile(): Promise<void> {
    if (this.made) return;
    const objects = [apiEndpoints(this.parts.apiAddresses), this.parts.placement];
    for (const object of objects) await this.kube.apply(object, { fieldManager, force: true });
    const node = simulatedNodeObject(this.parts);
    if (!(await this.kube.get({ apiVersion: "v1", kind: "Node", name: simulatedNodeName }))) {
      await this.kube.create(node);
    }
    this.made = true;
  }
}

/** As EKS has them: the cluster's interfaces, on the port of HTTPS. */
export function apiEndpoints(addresses: readonly string[]): KubeObject {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: "kubernetes", namespace: "default", labels: { "kubernetes.io/service-name": "kubernetes" } },
    addressType: "IPv4",
    ports: [{ name: "https", port: 443, protocol: "TCP" }],
    endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
  };
}

/** It takes what is sent to it and nothing else, gets no traffic of load balancers, and is never full. */
export function simulatedNodeObject({
  region,
  simulatedCidr,
}: Pick<ClusterParts, "region" | "simulatedCidr">): KubeObject {
  const node = nodeObject({
    name: simulatedNodeName,
    instanceId: simulatedNodeName,
    zone: "",
    region,
    address: addressAt(simulatedCidr, 1),
    podCidr: simulatedCidr,
    nodeGroup: simulatedNodeName,
    capacityType: "ON_DEMAND",
    machine: { ...machineOf("m5.8xlarge"), pods: 250 },
    labels: { [simulatedLabel]: "true", "node.kubernetes.io/exclude-from-external-load-balancers": "true" },
    taints: [{ key: simulatedLabel, value: "true", effect: "NoSchedule" }],
    kubeletVersion: "simulated",
  });
  const {
    "eks.amazonaws.com/nodegroup": _group,
    "topology.kubernetes.io/zone": _zone,
    ...labels
  } = node.metadata.labels ?? {};
  const { providerID: _instance, ...spec } = node.spec as Record<string, unknown>;
  return { ...node, metadata: { ...node.metadata, labels }, spec };
}
