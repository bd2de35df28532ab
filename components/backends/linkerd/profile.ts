import type { ConfigMistake } from "../../base/config-mistakes";
import type { BackendConfig, BackendProfile, PartialBackendConfig } from "../../plan/backend-profile";
import type { Balancer } from "../../plan/balancer";
import type { CallEncryption } from "../../plan/encryption";
import type { Flow } from "../../plan/flows";
import { vpcNetworking } from "../../plan/networking";
import { linkerdCharts } from "./charts";
import { linkerdCommands } from "./commands";
import { linkerdExporter } from "./exports";
import { federatedSuffix, hasGateway, isFlat, mirrors, modesIn, routesPods } from "./modes";
import {
  balancerName,
  controlNamespace,
  gatewayIdentity,
  gatewayName,
  gatewayPort,
  issuerName,
  multiclusterNamespace,
  probePath,
  probePeriod,
  probePort,
  proxyPort,
} from "./names";
import { linkerdPods } from "./pods";
import { type LinkerdSettings, linkerdSettings } from "./settings";

/** Linkerd with multicluster links: Services of a cluster are mirrored into its peers. */
export const linkerdProfile: BackendProfile<LinkerdSettings> = {
  title: "Linkerd",
  joins: "proxies with mutual TLS, and mirrored Services, through a gateway or pod to pod",
  settings: linkerdSettings,
  existing: {
    namespaces: [controlNamespace, multiclusterNamespace],
    // The Gateway API's are of a chart of its own here.
    definitions: ["linkerd.io", "gateway.networking.k8s.io"],
  },
  // Its own tests of several clusters run on 1.31 and 1.36 (linkerd2 edge-26.8.3, .github/workflows/integration.yml).
  kubernetesVersions: ["1.33", "1.34", "1.35", "1.36"],
  // Proxies speak mutual TLS over TCP; there is no tunnel to make room for.
  networking: () => vpcNetworking,
  charts: linkerdCharts,
  encryption: encryptionOf,
  demands: () => ({
    same: ["root certificate (ECDSA P-256)", "trust domain", "names of namespaces"],
    own: ["issuer", "name of the Link"],
  }),
  commands: linkerdCommands,
  byHand: {
    steps: [
      { what: "make a root certificate", times: 1 },
      { what: "make the issuer", times: 1 },
      { what: "install the CRDs", times: 2 },
      { what: "install the control plane", times: 2 },
      { what: "install the multicluster extension", times: 2 },
      { what: "link to the peer", times: 2 },
    ],
    eachService: [{ what: "label the Service", times: 1 }],
    source: "https://linkerd.io/2-edge/tasks/multicluster",
  },
  authorityName: issuerName,
  refuses: (config) =>
    [otherKeys, unroutable, unknownServices, strangers, oneWay, takenNames].flatMap((refusal) => refusal(config)),
  pods: linkerdPods,
  balancers: (cluster, config): readonly Balancer[] =>
    hasGateway(cluster, config)
      ? [
          {
            name: balancerName,
            namespace: multiclusterNamespace,
            why: "proxies and probes of the peers come in here",
            labels: { "linkerd.io/extension": "multicluster" },
            // What `linkerd multicluster link-gen --gateway-name` reads to link a cluster that is not of the lab
            // (linkerd2, multicluster/cmd/link-gen.go); the chart has the same on its own Service.
            annotations: {
              "mirror.linkerd.io/multicluster-gateway": "true",
              "mirror.linkerd.io/gateway-identity": gatewayIdentity,
              "mirror.linkerd.io/probe-path": probePath,
              "mirror.linkerd.io/probe-period": String(probePeriod),
            },
            selector: { app: gatewayName },
            ports: [
              { name: "mc-gateway", port: gatewayPort, targetPort: gatewayPort, nodePort: 31143 },
              { name: "mc-probe", port: probePort, targetPort: probePort, nodePort: 31191 },
            ],
          },
        ]
      : [],
  flows: (from, to, config): readonly Flow[] =>
    mirrors(from, config) ? [...serviceFlows(from, to, config), apiFlow(from, to)] : [],
  exporter: linkerdExporter,
};

/** A gateway opens what comes in, and calls the pod as itself. */
function encryptionOf(config: BackendConfig<LinkerdSettings>): CallEncryption {
  const account = "the caller's service account, in a certificate under the lab's root";
  const modes = modesIn(config);
  const direct = modes.filter(isFlat);
  if (!modes.includes("gateway")) return { method: "mutual TLS", ends: "proxies, pod to pod", identity: account };
  return {
    method: "mutual TLS",
    ends: `proxies, pod to gateway and gateway to pod${direct.length > 0 ? `; ${direct.join(" and ")} Services pod to pod` : ""}`,
    identity: `${account}; behind a gateway the gateway's own`,
  };
}

function serviceFlows(from: string, to: string, config: BackendConfig<LinkerdSettings>): Flow[] {
  const modes = modesIn(config);
  const nodes = { kind: "nodes", cluster: from } as const;
  const podToPod: Flow[] = modes.some(isFlat)
    ? [
        {
          from: nodes,
          to: { kind: "nodes", cluster: to },
          traffic: { protocol: "tcp", port: proxyPort },
          why: "mutual TLS between proxies, pod to pod",
        },
      ]
    : [];
  if (!modes.includes("gateway")) return podToPod;
  const balancer = { kind: "balancer", cluster: to, balancer: balancerName } as const;
  return [
    {
      from: nodes,
      to: balancer,
      traffic: { protocol: "tcp", port: gatewayPort },
      why: "mutual TLS between proxies through the gateway",
    },
    {
      from: nodes,
      to: balancer,
      traffic: { protocol: "tcp", port: probePort },
      why: "the mirroring controller asks whether the gateway lives",
    },
    ...podToPod,
  ];
}

function apiFlow(from: string, to: string): Flow {
  return {
    from: { kind: "nodes", cluster: from },
    to: { kind: "apiServer", cluster: to },
    traffic: { protocol: "tcp", port: 443 },
    why: "the mirroring controller watches the peer's Services",
  };
}

/** linkerd2, pkg/issuercerts: an issuer whose key is of another kind is refused when the control plane starts. */
function otherKeys({ trust }: PartialBackendConfig<LinkerdSettings>): ConfigMistake[] {
  if (!trust || trust.keyAlgorithm === "P256") return [];
  return [
    {
      key: "trust.keyAlgorithm",
      given: trust.keyAlgorithm,
      problem: "Linkerd takes no issuer whose key is not ECDSA P-256",
      fix: "Leave it at P256, or choose another backend.",
    },
  ];
}

function unroutable(config: PartialBackendConfig<LinkerdSettings>): ConfigMistake[] {
  const { interconnect, own } = config;
  if (!own || routesPods(config)) return [];
  const internet = interconnect === "internet";
  const said = [
    ["mode", own.mode] as const,
    ...Object.entries(own.services).map(([name, mode]) => [`services.${name}`, mode] as const),
  ];
  return said
    .filter(([, mode]) => isFlat(mode))
    .map(([key, given]) => ({
      key: `linkerd.${key}`,
      given,
      problem: internet
        ? "proxies call the peer's pods at their own addresses, which the internet does not route"
        : "proxies call the peer's pods at their own addresses, and the lab makes no way to those of clusters that are there already",
      fix: internet
        ? "Set it to gateway, or interconnect to peering."
        : "Set it to gateway, or have the lab make all clusters.",
    }));
}

/** What is said of a Service that nobody exports would be without effect. */
function unknownServices({ own, workload }: PartialBackendConfig<LinkerdSettings>): ConfigMistake[] {
  if (!own) return [];
  const exports = workload?.exports ?? [];
  const names = exports.filter(({ global }) => !global).map(({ name }) => name);
  return Object.entries(own.services)
    .filter(([name]) => !names.includes(name))
    .map(([name, given]) => ({
      key: `linkerd.services.${name}`,
      given,
      problem: exports.some((each) => each.name === name)
        ? "it is one Service on all clusters, and federated in any case"
        : "no Service of this name is exported",
      fix: names.length > 0 ? `Services here: ${names.join(", ")}.` : "Leave it out, or set demo.enabled to true.",
    }));
}

function strangers({ clusters, own }: PartialBackendConfig<LinkerdSettings>): ConfigMistake[] {
  if (!clusters || !own?.mirrorInto) return [];
  const names = clusters.map(({ name }) => name);
  return own.mirrorInto.flatMap((given, index) =>
    names.includes(given)
      ? []
      : [
          {
            key: `linkerd.mirrorInto[${index}]`,
            given: JSON.stringify(given),
            problem: "there is no cluster of this name",
            fix: `Clusters here: ${names.join(", ")}.`,
          },
        ],
  );
}

/** The demo's clusters call each other. */
function oneWay({ clusters, own, workload }: PartialBackendConfig<LinkerdSettings>): ConfigMistake[] {
  if (!clusters || !own?.mirrorInto || !workload) return [];
  if (clusters.every(({ name }) => own.mirrorInto?.includes(name))) return [];
  return [
    {
      key: "linkerd.mirrorInto",
      given: own.mirrorInto.join(", "),
      problem: "the demo's clusters call each other in both directions",
      fix: "Leave it out, or set demo.enabled to false.",
    },
  ];
}

/** A mirror is a Service of its own, with a name that Linkerd makes of two. */
function takenNames({ clusters, own, workload }: PartialBackendConfig<LinkerdSettings>): ConfigMistake[] {
  const mistake = (name: string, problem: string): ConfigMistake => ({
    key: `clusters[${clusters?.findIndex((cluster) => cluster.name === name)}].name`,
    given: JSON.stringify(name),
    problem,
    fix: "Choose another name for the cluster.",
  });
  const ends = clusters?.some(({ name }) => name === federatedSuffix)
    ? [mistake(federatedSuffix, "its mirrors would be called like Services that all clusters have together")]
    : [];
  const mirrored = own ? (workload?.exports ?? []).filter(({ global }) => !global) : [];
  const taken = mirrored.flatMap(({ name, from }) =>
    from
      .filter((owner) => workload?.services.includes(`${name}-${owner}`))
      .map((owner) => mistake(owner, `the mirror of its ${name} would be called like the demo's ${name}-${owner}`)),
  );
  return [...ends, ...taken];
}
