import type { BackendProfile } from "../../plan/backend-profile";
import { vpcNetworking } from "../../plan/networking";
import { exporterOf, hiddenExports } from "../common/istio/exports";
import { gatewayBalancer, multiPrimaryFlows } from "../common/istio/multi-primary";
import { gatewayName } from "../common/istio/names";
import { meshPods, sidecarRequests } from "../common/istio/pods";
import { istioCharts } from "./charts";
import { type IstioSettings, istioSettings } from "./settings";

const istioExporter = exporterOf({
  version: "v1",
  membership: {
    namespace: { labels: { "istio-injection": "enabled" }, annotations: {} },
    pods: { labels: { "sidecar.istio.io/inject": "true" }, annotations: {} },
  },
});

/** Labels that the gateway chart gives its pods. */
export const gatewaySelector = { istio: "eastwestgateway" };

/** Istio as multi-primary on different networks: a control plane on every cluster, gateways between them. */
export const istioProfile: BackendProfile<IstioSettings> = {
  title: "Istio",
  settings: istioSettings,
  // 1.31 is supported on 1.32 to 1.36 (https://istio.io/latest/docs/releases/supported-releases).
  kubernetesVersions: ["1.33", "1.34", "1.35", "1.36"],
  charts: istioCharts,
  // Sidecars speak mutual TLS over TCP; there is no tunnel to make room for.
  networking: () => vpcNetworking,
  exporter: () => istioExporter,
  refuses: (config) => hiddenExports("istio.exposedHosts", config),
  pods: () => meshPods(gatewayName),
  sidecar: sidecarRequests,
  balancers: (cluster) => [gatewayBalancer(cluster, gatewaySelector)],
  flows: (from, to) => multiPrimaryFlows(from, to, "istiod watches the peer's Services and endpoints"),
};
