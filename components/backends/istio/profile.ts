import { type BackendProfile, type Balancer, vpcNetworking } from "../../plan/backend-profile";
import type { Flow } from "../../plan/flows";
import { hiddenExports, istioExporter } from "../common/istio/exports";
import { istioCharts } from "./charts";

/** Name of the east-west gateway: Helm release, Deployment and Service. */
export const gatewayName = "istio-eastwestgateway";
export const istioNamespace = "istio-system";

/** Where gateways of other networks are called by default (istio pilot, DefaultNetworkGatewayPort). */
export const crossNetworkPort = 15443;

/** Each cluster is a network of its own: its pods are reached through its gateway. */
export function networkOf(cluster: string): string {
  return `${cluster}-network`;
}

/** Istio as multi-primary on different networks: a control plane on every cluster, gateways between them. */
export const istioProfile: BackendProfile = {
  title: "Istio",
  // istioctl 1.30.3 refuses Kubernetes below 1.32, its integration suite runs on 1.35; newer ones are not tested with it.
  kubernetesVersions: ["1.33", "1.34", "1.35"],
  // Sidecars speak mutual TLS over TCP; there is no tunnel to make room for.
  networking: () => vpcNetworking,
  charts: istioCharts,
  balancers: (cluster): readonly Balancer[] => [
    {
      name: gatewayName,
      namespace: istioNamespace,
      why: "sidecars of the peers come in here",
      // istiod finds a network's gateway by this label on a Service.
      labels: { "topology.istio.io/network": networkOf(cluster) },
      selector: { istio: "eastwestgateway" },
      ports: [{ name: "tls", port: crossNetworkPort, targetPort: crossNetworkPort, nodePort: 31443 }],
    },
  ],
  flows: (from, to): readonly Flow[] => [
    {
      from: { kind: "nodes", cluster: from },
      to: { kind: "balancer", cluster: to, balancer: gatewayName },
      traffic: { protocol: "tcp", port: crossNetworkPort },
      why: "mutual TLS between sidecars through the east-west gateway",
    },
    {
      from: { kind: "nodes", cluster: from },
      to: { kind: "apiServer", cluster: to },
      traffic: { protocol: "tcp", port: 443 },
      why: "istiod watches the peer's Services and endpoints",
    },
  ],
  refuses: (config) => hiddenExports("istio", config),
  exporter: () => istioExporter,
};
