import type { ConfigMistake } from "../../base/config-mistakes";
import type { BackendProfile, PartialBackendConfig } from "../../plan/backend-profile";
import { vpcNetworking } from "../../plan/networking";
import type { Metadata } from "../../plan/objects";
import { exporterOf, hiddenExports } from "../common/istio/exports";
import { gatewayBalancer, gatewayFlow, meshDemands, meshEncryption, readerFlow } from "../common/istio/multi-primary";
import { istioNamespace } from "../common/istio/names";
import { meshPods, sidecarRequests } from "../common/istio/pods";
import { calistiCharts, istioVersion } from "./charts";
import { calistiCommands } from "./commands";
import { expansionGateway, injectionLabel, registryNamespace } from "./names";
import { type CalistiSettings, calistiSettings } from "./settings";

/** Why peers come to the API server: two of a cluster read there, by one rule. */
const readsPeer = "istiod watches the peer's Services and endpoints, the cluster registry its Clusters";

const injected: Metadata = { labels: injectionLabel, annotations: {} };

/** Istio 1.17 serves these APIs as v1beta1, and a control plane of the operator fills in what bears its name. */
const calistiExporter = exporterOf({
  version: "v1beta1",
  membership: { namespace: injected, pods: injected },
  // Sidecars of Istio 1.17 are told of other roots, but keep their certificates for half of a day (secretcache.go).
  rootsAtStart: true,
});

/** Calisti's open core: Istio by its operator, and clusters that know each other by the cluster registry. */
export const calistiProfile: BackendProfile<CalistiSettings> = {
  title: "Calisti's open core",
  joins: "Istio 1.17 by an operator and a cluster registry; ended, there for comparison",
  settings: calistiSettings,
  existing: {
    refused:
      "its charts leave their custom resource definitions behind, and the lab would not be gone with pulumi destroy",
  },
  // None is supported: Istio 1.17 was tested up to 1.26 and EKS begins at 1.33. Of the APIs that operator, registry and
  // Istio 1.17 use (apps/v1, autoscaling/v2, policy/v1, discovery.k8s.io/v1, Endpoints) all are still served in these.
  // From 1.36 on EKS's nodes run kernel 6.18, which has no ip_tables any more (awslabs/amazon-eks-ami, templates/al2023):
  // sidecars of 1.17 redirect traffic by it. Those of these versions run 6.12 and load it (amazon-eks-ami#2355).
  kubernetesVersions: ["1.33", "1.34", "1.35"],
  charts: calistiCharts,
  networking: () => vpcNetworking,
  encryption: () => meshEncryption,
  demands: () => meshDemands,
  // With the product, which had a command for each; nobody can have it any more.
  commands: calistiCommands,
  byHand: {
    steps: [
      { what: "smm install", times: 1 },
      { what: "smm istio cluster attach", times: 1 },
      { what: "smm sidecar-proxy auto-inject on", times: 1 },
    ],
    eachService: [],
    source: "docs/backends/calisti.md",
  },
  exporter: () => calistiExporter,
  refuses: (config) => [
    ...noMirror(config),
    ...hiddenExports("calisti.exposedHosts", config),
    ...takenNamespaces(config),
  ],
  warnings: () => [
    `Calisti's open core has ended: it installs Istio ${istioVersion}, which gets no security fixes since 2023 and was never ` +
      "released for any Kubernetes that EKS offers. Choose it to compare, and the backend istio for anything else.",
  ],
  pods: () => [
    ...meshPods(expansionGateway),
    // Of their charts' values: istio-operator 2.1.6 and cluster-registry 0.2.12.
    { name: "istio-operator", count: 1, requests: { cpu: 200, memory: 256 } },
    { name: "cluster-registry-controller", count: 1, requests: { cpu: 100, memory: 150 } },
  ],
  sidecar: sidecarRequests,
  balancers: (cluster) => [gatewayBalancer(cluster, { "gateway-name": expansionGateway, "gateway-type": "ingress" })],
  flows: (from, to) => [gatewayFlow(from, to), readerFlow(from, to, readsPeer)],
};

/** The charts cannot be had but from a mirror. */
function noMirror({ charts }: PartialBackendConfig<CalistiSettings>): ConfigMistake[] {
  if (!charts || charts.mirror !== undefined) return [];
  const wanted = Object.values(calistiCharts);
  return [
    {
      key: "charts.mirror",
      problem:
        "is missing, and Calisti's chart repository is gone; wanted are " +
        wanted.map(({ name, version }) => `${name} ${version}`).join(" and "),
      fix: [
        "Make a mirror and set charts.mirror to its folder:",
        "mkdir MIRROR",
        ...wanted.map(({ archivedBy }) => archivedBy),
      ].join("\n      "),
    },
  ];
}

/** A namespace has one owner: those that the program makes for other reasons are not for `injectedNamespaces`. */
function takenNamespaces({ own, workload }: PartialBackendConfig<CalistiSettings>): ConfigMistake[] {
  const { injectedNamespaces = [] } = own ?? {};
  const made = [istioNamespace, registryNamespace, ...(workload ? [workload.namespace] : [])];
  return injectedNamespaces.flatMap((name, index) =>
    made.includes(name) || injectedNamespaces.indexOf(name) < index
      ? [
          {
            key: `calisti.injectedNamespaces[${index}]`,
            given: name,
            problem: "the lab makes this namespace already",
            fix: "Leave it out: the demo's namespace has sidecars anyway, those of the mesh itself have none.",
          },
        ]
      : [],
  );
}
