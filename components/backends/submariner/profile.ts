import type { BackendConfig, BackendProfile } from "../../plan/backend-profile";
import type { CallEncryption } from "../../plan/encryption";
import type { Flow } from "../../plan/flows";
import { clusterSetZone } from "../common/cluster-set";
import { dnsAddress, globalNumber } from "./addresses";
import { cables } from "./cables";
import { submarinerCharts } from "./charts";
import { submarinerCommands } from "./commands";
import { submarinerExporter } from "./exports";
import { gatewayLabel } from "./names";
import { submarinerPods } from "./pods";
import { submarinerRefusals } from "./refusals";
import { type SubmarinerSettings, submarinerSettings } from "./settings";

/** The cluster with the broker: the one that is named, or the first by name. */
export function brokerOf({ clusters, own }: Pick<BackendConfig<SubmarinerSettings>, "clusters" | "own">): string {
  const [first] = clusters.map(({ name }) => name).toSorted();
  const broker = own.broker ?? first;
  if (broker === undefined) throw new Error("a lab without clusters");
  return broker;
}

/** Submariner: tunnels between a gateway node of each cluster, found through a broker, under an overlay of Calico's. */
export const submarinerProfile: BackendProfile<SubmarinerSettings> = {
  title: "Submariner",
  joins: "IPsec or WireGuard tunnels between gateway nodes, with Calico as the clusters' network",
  settings: submarinerSettings,
  existing: {
    refused:
      "its tunnels end on nodes of their own with public addresses, under a network that the lab installs, and both only where it makes the nodes",
  },
  // Calico 3.32 is built against and tested with 1.35 (calico, metadata.mk).
  kubernetesVersions: ["1.33", "1.34", "1.35"],
  // The VPC CNI is a known failure with Submariner (submariner#3697): it routes pods of secondary interfaces by tables that
  // the route agent does not fill, so answers get lost. Calico with an overlay is one of the tested CNIs.
  networking: ({ own }) => ({
    cni: "chart",
    podAddresses: "overlay",
    encapsulation: cables[own?.cableDriver ?? "libreswan"].encapsulation,
    kubeProxy: true,
    startupTaints: [],
  }),
  charts: submarinerCharts,
  encryption: ({ own }) => encryptionOf(own),
  demands: ({ own }) => ({
    same: ["a CNI that it works with (here Calico's overlay)", "pre-shared key", "kind of cable", "broker"],
    own: ["cluster id", ...(own.globalnet ? ["global addresses"] : [])],
  }),
  commands: submarinerCommands,
  byHand: {
    steps: [
      { what: "deploy the broker", times: 1 },
      { what: "join the broker", times: 2 },
    ],
    eachService: [{ what: "export the Service", times: 1 }],
    source: "https://submariner.io/getting-started/quickstart/managed-kubernetes/rancher",
  },
  refuses: submarinerRefusals,
  sharedAddresses: ({ own }) => ({
    allowed: own?.globalnet === true,
    hint: "set submariner.globalnet to true if only pods or Services of different clusters share some",
  }),
  nodeGroups: ({ own, interconnect }) => [
    {
      name: "gateways",
      nodes: own.gateways,
      labels: { [gatewayLabel]: "true" },
      subnets: interconnect === "internet" ? "public" : "private",
    },
  ],
  warnings: ({ own: { cableDriver } }) =>
    cables[cableDriver].encrypted
      ? []
      : [
          `submariner.cableDriver ${cableDriver} does not encrypt: whoever is on the path between the clusters reads and changes ` +
            "what they say to each other. Choose libreswan or wireguard for anything but measurements.",
        ],
  lasting: (cluster, config) => ({
    "submariner.broker": JSON.stringify(brokerOf(config)),
    ...(config.own.globalnet ? { "submariner.globalNumbers": String(globalNumber(config, cluster)) } : {}),
  }),
  dnsForwards: (cluster) => [{ zone: clusterSetZone, address: dnsAddress(cluster) }],
  trustNote:
    "Submariner's tunnels know no certificates: a gateway is trusted because it has the pre-shared key (with the cable vxlan, " +
    "whoever sends is), and the trust anchor plays no part. Access to the broker is verified against the CA of the broker's " +
    "own cluster.",
  pods: (_cluster, { own }) => submarinerPods(own),
  balancers: () => [],
  flows,
  exporter: submarinerExporter,
};

/** A packet of a pod keeps its address through the tunnel, unless Globalnet gives it another. */
function encryptionOf({ cableDriver, globalnet }: SubmarinerSettings): CallEncryption {
  const { encrypted, encapsulation } = cables[cableDriver];
  const caller = globalnet ? "a global address" : "the address of its pod";
  return {
    method: encrypted ? encapsulation.name : undefined,
    ends: encrypted ? "gateway node to gateway node" : undefined,
    identity: `${caller}; no certificate, a gateway is trusted by ${encrypted ? "the pre-shared key" : "nothing"}`,
    inClear: encrypted ? "the way to and from the gateway, inside of each cluster" : "all calls",
  };
}

function flows(from: string, to: string, config: BackendConfig<SubmarinerSettings>): readonly Flow[] {
  const nat = config.interconnect === "internet";
  const kind = nat ? "publicNodes" : "nodes";
  const tunnels = cables[config.own.cableDriver]
    .traffic(nat)
    .map(({ traffic, why }): Flow => ({ from: { kind, cluster: from }, to: { kind, cluster: to }, traffic, why }));
  if (to !== brokerOf(config)) return tunnels;
  const toBroker = (sender: "nodes" | "publicNodes", why: string): Flow => ({
    from: { kind: sender, cluster: from },
    to: { kind: "apiServer", cluster: to },
    traffic: { protocol: "tcp", port: 443 },
    why,
  });
  return [
    ...tunnels,
    toBroker("nodes", "Lighthouse shares Services through the broker"),
    toBroker(kind, "gateways share their addresses through the broker"),
  ];
}
