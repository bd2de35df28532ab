import type { BackendConfig, BackendProfile, PartialBackendConfig } from "../../plan/backend-profile";
import type { Balancer } from "../../plan/balancer";
import type { CallEncryption } from "../../plan/encryption";
import type { ServiceExporter } from "../../plan/exports";
import type { ClusterDemands } from "../../plan/joining";
import { vpcNetworking } from "../../plan/networking";
import type { PodDemand } from "../../plan/pods";
import { exporterOf } from "../common/istio/exports";
import { gatewayBalancer, meshDemands, meshEncryption } from "../common/istio/multi-primary";
import { gatewayName, istioNamespace } from "../common/istio/names";
import { cniRequests, meshPods, sidecarRequests, ztunnelRequests } from "../common/istio/pods";
import { ambientExporter } from "./ambient-exports";
import { istioCharts } from "./charts";
import { istioCommands } from "./commands";
import { istioFlows } from "./flows";
import { controlledFrom, hasGateways, isAmbient, primaryOf } from "./models";
import { cniNode, discoveryBalancer, discoveryPort, gatewaySelector, hboneGateway, hbonePort, ztunnel } from "./names";
import { istioRefusals } from "./refusals";
import { type IstioSettings, istioSettings } from "./settings";

/** Istio in its deployment models: a control plane on every cluster or on one, gateways between them or one network. */
export const istioProfile: BackendProfile<IstioSettings> = {
  title: "Istio",
  joins:
    "sidecars with mutual TLS, through a gateway on each cluster or on one network; multi-primary or primary-remote",
  settings: istioSettings,
  existing: { namespaces: [istioNamespace], definitions: ["istio.io"] },
  // 1.31 is supported on 1.32 to 1.36 (https://istio.io/latest/docs/releases/supported-releases).
  kubernetesVersions: ["1.33", "1.34", "1.35", "1.36"],
  charts: istioCharts,
  encryption: encryptionOf,
  demands: demandsOf,
  commands: istioCommands,
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
  exporter: istioExporter,
  refuses: istioRefusals,
  lasting: (_cluster, config): Readonly<Record<string, string>> => {
    const primary = primaryOf(config);
    return primary === undefined ? {} : { "istio.primary": JSON.stringify(primary) };
  },
  warnings: (config) =>
    isAmbient(config)
      ? [
          "istio.dataplane ambient is beta upstream on several clusters, and in this lab nobody has seen a packet of it: rehearsals " +
            "simulate what carries them. Choose sidecar for anything that has to work.",
        ]
      : [],
  pods: (_cluster, config) =>
    isAmbient(config) ? ambientPods : meshPods(hasGateways(config) ? gatewayName : undefined),
  sidecar: sidecarRequests,
  balancers: (cluster, config) => [
    ...(hasGateways(config) ? [isAmbient(config) ? toHbone : gatewayBalancer(cluster, gatewaySelector)] : []),
    ...(primaryOf(config) === cluster ? [toIstiod] : []),
  ],
  flows: istioFlows,
};

function istioExporter(config: PartialBackendConfig<IstioSettings>): ServiceExporter {
  if (isAmbient(config)) return ambientExporter;
  return exporterOf({
    version: "v1",
    rootsAtStart: false,
    membership: {
      namespace: { labels: { "istio-injection": "enabled" }, annotations: {} },
      pods: { labels: { "sidecar.istio.io/inject": "true" }, annotations: {} },
    },
    controlledFrom: (cluster) => controlledFrom(cluster, config),
    ...(hasGateways(config) ? {} : { nearby: "topology.istio.io/cluster" }),
  });
}

/**
 * Straight to istiod, which speaks mutual TLS itself. Upstream's guide goes through the east-west gateway, which passes the
 * connection on unopened; on one network there is none, and its way leads to every pod behind a Service of istiod's name.
 */
const toIstiod: Balancer = {
  name: discoveryBalancer,
  namespace: istioNamespace,
  why: "proxies of the remotes come to the primary's istiod here",
  labels: {},
  selector: { app: "istiod" },
  ports: [{ name: "tls-istiod", port: discoveryPort, targetPort: discoveryPort, nodePort: 31012 }],
};

/** Of the program's own, so that its address is an output and its removal waited for; istiod's is within the cluster. */
const toHbone: Balancer = {
  name: gatewayName,
  namespace: istioNamespace,
  why: "ztunnels of the peers come in here",
  labels: {},
  selector: { "gateway.networking.k8s.io/gateway-name": hboneGateway },
  ports: [{ name: "hbone", port: hbonePort, targetPort: hbonePort, nodePort: 31443 }],
};

const ambientPods: readonly PodDemand[] = [
  ...meshPods(hboneGateway),
  { name: cniNode, count: "each node", requests: cniRequests },
  { name: ztunnel, count: "each node", requests: ztunnelRequests },
];

function encryptionOf(config: BackendConfig<IstioSettings>): CallEncryption {
  if (isAmbient(config)) {
    return {
      ...meshEncryption,
      ends: "ztunnels, node to gateway and gateway to node; the gateway opens the outer of two layers",
    };
  }
  return hasGateways(config) ? meshEncryption : { ...meshEncryption, ends: "sidecars, pod to pod" };
}

function demandsOf(config: BackendConfig<IstioSettings>): ClusterDemands {
  const same = [...meshDemands.same, ...(primaryOf(config) === undefined ? [] : ["control plane of the proxies"])];
  if (hasGateways(config)) return { ...meshDemands, same };
  return { same: [...same, "network name"], own: meshDemands.own.filter((each) => each !== "network name") };
}
