import type { ConfigMistake } from "../../base/config-mistakes";
import { gatewayWays } from "../../config/existing-cluster";
import type { BackendConfig, BackendProfile, PartialBackendConfig } from "../../plan/backend-profile";
import type { Balancer } from "../../plan/balancer";
import type { CallEncryption } from "../../plan/encryption";
import type { Flow } from "../../plan/flows";
import { vpcNetworking } from "../../plan/networking";
import { linkerdCharts } from "./charts";
import { linkerdExporter } from "./exports";
import { federatedSuffix, federates, hasGateway, isFlat, mirrors } from "./modes";
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
    ways: gatewayWays,
    namespaces: [controlNamespace, multiclusterNamespace],
    definitions: ["linkerd.io"],
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
  refuses: (config) => [otherKeys, unroutable, strangers, oneWay, takenNames].flatMap((refusal) => refusal(config)),
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
  return isFlat(config.own.mode)
    ? { method: "mutual TLS", ends: "proxies, pod to pod", identity: account }
    : {
        method: "mutual TLS",
        ends: `proxies, pod to gateway and gateway to pod${federates(config) ? "; federated Services pod to pod" : ""}`,
        identity: `${account}; behind a gateway the gateway's own`,
      };
}

function serviceFlows(from: string, to: string, config: BackendConfig<LinkerdSettings>): Flow[] {
  const { mode } = config.own;
  const nodes = { kind: "nodes", cluster: from } as const;
  const podToPod: Flow[] =
    isFlat(mode) || federates(config)
      ? [
          {
            from: nodes,
            to: { kind: "nodes", cluster: to },
            traffic: { protocol: "tcp", port: proxyPort },
            why: "mutual TLS between proxies, pod to pod",
          },
        ]
      : [];
  if (isFlat(mode)) return podToPod;
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

function unroutable({ interconnect, own }: PartialBackendConfig<LinkerdSettings>): ConfigMistake[] {
  if (interconnect !== "internet" || !own || !isFlat(own.mode)) return [];
  return [
    {
      key: "linkerd.mode",
      given: own.mode,
      problem: "proxies call the peer's pods at their own addresses, which the internet does not route",
      fix: "Set linkerd.mode to gateway, or interconnect to peering.",
    },
  ];
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
