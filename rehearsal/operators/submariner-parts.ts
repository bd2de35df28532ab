import { field, type Kube, type KubeObject } from "../aws/cluster/kube";
import { definition, open } from "./definition";
import { put, workload } from "./workloads";

/** Fields of the Submariner resource that the operator goes by here. */
export interface SubmarinerSpec {
  readonly brokerK8sApiServer: string;
  readonly brokerK8sRemoteNamespace: string;
  readonly brokerK8sSecret?: string;
  readonly brokerK8sApiServerToken?: string;
  readonly brokerK8sCA?: string;
  readonly ceIPSecPSKSecret?: string;
  readonly ceIPSecPSK?: string;
  readonly cableDriver: string;
  readonly clusterID: string;
  readonly colorCodes: string;
  readonly clusterCIDR: string;
  readonly serviceCIDR: string;
  readonly globalCIDR?: string;
  readonly natEnabled: boolean;
  readonly airGappedDeployment?: boolean;
  readonly coreDNSCustomConfig?: { readonly configMapName: string; readonly namespace: string };
  readonly repository: string;
  readonly version: string;
}

const namespace = "submariner-operator";
const dnsServers = "submariner-lighthouse-coredns";

/** What runs for a Submariner resource (submariner-operator, internal/controllers). */
export function workloadsOf({ globalCIDR, repository, version }: SubmarinerSpec): KubeObject[] {
  const part = (kind: "DaemonSet" | "Deployment", name: string, image: string, more = {}) =>
    workload({ kind, namespace, name, image: `${repository}/${image}:${version}`, ...more });
  const onGateways = { hostNetwork: true, nodeSelector: { "submariner.io/gateway": "true" } };
  return [
    part("DaemonSet", "submariner-gateway", "submariner-gateway", onGateways),
    part("DaemonSet", "submariner-metrics-proxy", "nettest", { nodeSelector: onGateways.nodeSelector }),
    part("DaemonSet", "submariner-routeagent", "submariner-route-agent", { hostNetwork: true }),
    ...(globalCIDR ? [part("DaemonSet", "submariner-globalnet", "submariner-globalnet", onGateways)] : []),
    part("Deployment", "submariner-lighthouse-agent", "lighthouse-agent"),
    part("Deployment", dnsServers, "lighthouse-coredns"),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: dnsServers, namespace },
      spec: { selector: { app: dnsServers }, ports: [{ name: "udp", protocol: "UDP", port: 53 }] },
    },
  ];
}

const anything = { spec: open, status: open };

/** Kinds that the operator defines itself when it starts. */
export const definitions: readonly KubeObject[] = [
  definition("submariner.io", ["v1"], "clusters", "Cluster", anything),
  definition("submariner.io", ["v1"], "endpoints", "Endpoint", anything),
  definition("submariner.io", ["v1"], "gateways", "Gateway", anything),
  definition("submariner.io", ["v1"], "routeagents", "RouteAgent", anything),
  // On the broker's cluster its chart has them already.
  definition("multicluster.x-k8s.io", ["v1alpha1"], "serviceexports", "ServiceExport", anything, { status: {} }),
  definition("multicluster.x-k8s.io", ["v1alpha1"], "serviceimports", "ServiceImport", anything, { status: {} }),
];

/**
 * Sends the cluster set's zone to Lighthouse: by the ConfigMap that the resource names, else by writing into the one of the
 * cluster's DNS, which EKS's add-on owns.
 */
export async function forwardZone(kube: Kube, { coreDNSCustomConfig }: SubmarinerSpec): Promise<void> {
  const service = await kube.get({ apiVersion: "v1", kind: "Service", namespace, name: dnsServers });
  const address = service && field<{ clusterIP: string }>(service, "spec").clusterIP;
  if (!address) return;
  const block = `clusterset.local:53 {\n    forward . ${address}\n}\n`;
  if (coreDNSCustomConfig) {
    const metadata = { name: coreDNSCustomConfig.configMapName, namespace: coreDNSCustomConfig.namespace };
    await put(kube, { apiVersion: "v1", kind: "ConfigMap", metadata, data: { "lighthouse.server": block } });
    return;
  }
  const ref = { apiVersion: "v1", kind: "ConfigMap", namespace: "kube-system", name: "coredns" };
  const { Corefile = "" } = field<Record<string, string>>((await kube.get(ref)) ?? { ...refless, data: {} }, "data");
  if (Corefile.includes("#lighthouse-start")) return;
  await kube.mergePatch(ref, { data: { Corefile: `#lighthouse-start\n${block}#lighthouse-end\n${Corefile}` } });
}

const refless = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "coredns" } };
