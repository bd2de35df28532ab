import type { BackendProfile } from "../../plan/backend-profile";
import { vpcNetworking } from "../../plan/networking";
import { exporterOf, hiddenExports } from "../common/istio/exports";
import { gatewayBalancer, meshDemands, meshEncryption, multiPrimaryFlows } from "../common/istio/multi-primary";
import { gatewayName, istioNamespace } from "../common/istio/names";
import { meshPods, sidecarRequests } from "../common/istio/pods";
import { istioCharts } from "./charts";
import { type IstioSettings, istioSettings } from "./settings";

const istioExporter = exporterOf({
  version: "v1",
  membership: {
    namespace: { labels: { "istio-injection": "enabled" }, annotations: {} },
    pods: { labels: { "sidecar.istio.io/inject": "true" }, annotations: {} },
  },
  rootsAtStart: false,
});

/** Labels that the gateway chart gives its pods. */
export const gatewaySelector = { istio: "eastwestgateway" };

/** Istio as multi-primary on different networks: a control plane on every cluster, gateways between them. */
export const istioProfile: BackendProfile<IstioSettings> = {
  title: "Istio",
  joins: "sidecars with mutual TLS, and a gateway on each cluster (multi-primary, multi-network)",
  settings: istioSettings,
  existing: { namespaces: [istioNamespace], definitions: ["istio.io"] },
  // 1.31 is supported on 1.32 to 1.36 (https://istio.io/latest/docs/releases/supported-releases).
  kubernetesVersions: ["1.33", "1.34", "1.35", "1.36"],
  charts: istioCharts,
  encryption: () => meshEncryption,
  demands: () => meshDemands,
  byHand: {
    steps: [
      { what: "make a root certificate", times: 1 },
      { what: "make a cluster's intermediate", times: 2 },
      { what: "create the namespace", times: 2 },
      { what: "create the Secret cacerts", times: 2 },
      { what: "label the namespace with the network", times: 2 },
      { what: "write the cluster's configuration", times: 2 },
      { what: "install Istio", times: 2 },
      { what: "install the east-west gateway", times: 2 },
      { what: "expose Services by the gateway", times: 2 },
      { what: "hand a remote secret to the peer", times: 2 },
    ],
    eachService: [],
    // Its "before you begin" asks for a common root, which is https://istio.io/latest/docs/tasks/security/cert-management/plugin-ca-cert.
    source: "https://istio.io/latest/docs/setup/install/multicluster/multi-primary_multi-network",
  },
  // Sidecars speak mutual TLS over TCP; there is no tunnel to make room for.
  networking: () => vpcNetworking,
  exporter: () => istioExporter,
  refuses: (config) => hiddenExports("istio.exposedHosts", config),
  pods: () => meshPods(gatewayName),
  sidecar: sidecarRequests,
  balancers: (cluster) => [gatewayBalancer(cluster, gatewaySelector)],
  flows: (from, to) => multiPrimaryFlows(from, to, "istiod watches the peer's Services and endpoints"),
};
