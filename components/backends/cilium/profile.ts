import type { BackendProfile } from "../../plan/backend-profile";
import type { Balancer } from "../../plan/balancer";
import type { CallEncryption } from "../../plan/encryption";
import type { Flow, Traffic } from "../../plan/flows";
import type { ClusterDemands } from "../../plan/joining";
import { clusterSetZone } from "../common/cluster-set";
import { ciliumCharts } from "./charts";
import { clusterIdOf } from "./cluster-id";
import { ciliumCommands } from "./commands";
import { ciliumExporter } from "./exports";
import { ciliumNamespace, meshPort, meshServer } from "./names";
import { ciliumNetworking, type Encryption, encryptionNames } from "./networking";
import { ciliumPods } from "./pods";
import { ciliumClusterRefusals, ciliumRefusals } from "./refusals";
import { type CiliumSettings, ciliumSettings } from "./settings";

/** What holds until a configuration says otherwise. */
const defaults = ciliumSettings.parse(undefined);

/** What encrypted packets look like from outside. */
const encrypted: Readonly<Record<Encryption, readonly { readonly traffic: Traffic; readonly why: string }[]>> = {
  none: [],
  wireguard: [{ traffic: { protocol: "udp", port: 51871 }, why: "pods' traffic in WireGuard" }],
  ipsec: [{ traffic: { protocol: "esp" }, why: "pods' traffic in IPsec" }],
};

/**
 * Cilium as CNI and Cluster Mesh: agents of all clusters know each other's pods and Services, and nodes send packets
 * straight to each other.
 */
export const ciliumProfile: BackendProfile<CiliumSettings> = {
  title: "Cilium",
  joins: "one CNI whose agents know all clusters (Cluster Mesh); pods reach each other directly",
  settings: ciliumSettings,
  existing: {
    refused:
      "it is the network of a cluster from the first node on, and the lab installs it only where it makes the nodes",
  },
  // Cilium tests a release on the Kubernetes versions that are supported when it branches off (Cilium docs,
  // network/kubernetes/compatibility): these, when 1.20 did.
  kubernetesVersions: ["1.33", "1.34", "1.35", "1.36"],
  networking: ({ own = defaults }) => ciliumNetworking(own),
  charts: ciliumCharts,
  encryption: ({ own }) => encryptionOf(own),
  demands: ({ own }) => demandsOf(own),
  commands: ciliumCommands,
  byHand: {
    steps: [
      { what: "install Cilium with the cluster's name and id", times: 2 },
      { what: "copy the CA to the peer", times: 1 },
      { what: "enable Cluster Mesh", times: 2 },
      { what: "connect the clusters", times: 1 },
    ],
    // The same Service on both clusters (Cilium docs, network/clustermesh/services).
    eachService: [{ what: "annotate the Service", times: 2 }],
    source: "https://docs.cilium.io/en/stable/network/clustermesh/setup",
  },
  refuses: ciliumRefusals,
  refusesOfCluster: ciliumClusterRefusals,
  pods: (_cluster, { own }) => ciliumPods(own),
  balancers: (): readonly Balancer[] => [
    {
      name: meshServer,
      namespace: ciliumNamespace,
      why: "peers read here what runs in this cluster",
      labels: { "app.kubernetes.io/part-of": "cilium", "k8s-app": meshServer },
      selector: { "k8s-app": meshServer },
      ports: [{ name: "etcd", port: meshPort, targetPort: meshPort, nodePort: 32379 }],
    },
  ],
  flows: (from, to, { own }): readonly Flow[] => [
    {
      from: { kind: "nodes", cluster: from },
      to: { kind: "balancer", cluster: to, balancer: meshServer },
      traffic: { protocol: "tcp", port: meshPort },
      why: "the mesh's API server reads the peer's pods, Services and identities",
    },
    ...betweenNodes(own).map(
      ({ traffic, why }): Flow => ({
        from: { kind: "nodes", cluster: from },
        to: { kind: "nodes", cluster: to },
        traffic,
        why,
      }),
    ),
  ],
  clusterSetZone: ({ own }) => (own.sharing === "mcs" ? clusterSetZone : undefined),
  lasting: (cluster, { own }) => ({ "cilium.clusterIds": String(clusterIdOf(cluster, own)) }),
  exporter: ({ own = defaults }) => ciliumExporter(own),
};

/** Agents know whose address is whose; WireGuard's and IPsec's keys are the nodes', and say nothing of pods. */
function encryptionOf({ encryption }: CiliumSettings): CallEncryption {
  const identity = "the caller's service account and cluster, by the address of its pod; no certificate";
  const method = encryptionNames[encryption];
  return method === ""
    ? { method: undefined, ends: undefined, identity, inClear: "all calls (cilium.encryption is none)" }
    : { method, ends: "agents, node to node", identity, inClear: "what nodes themselves send to pods" };
}

function demandsOf({ datapath, encryption }: CiliumSettings): ClusterDemands {
  return {
    same: [
      "Cilium as CNI",
      `datapath (${datapath})`,
      ...(encryption === "ipsec" ? ["IPsec key"] : []),
      "root certificate",
      "names of namespaces",
    ],
    own: ["cluster name", "cluster id", "nodes' addresses"],
  };
}

function betweenNodes({ datapath, encryption, hubble }: CiliumSettings): { traffic: Traffic; why: string }[] {
  // Encryption is of what pods say to pods; nodes and pods talk without it.
  if (datapath !== "vxlan") return [{ traffic: { protocol: "all" }, why: "pods have addresses of the VPC" }];
  return [
    { traffic: { protocol: "udp", port: 8472 }, why: "pods' traffic in VXLAN" },
    ...encrypted[encryption],
    { traffic: { protocol: "tcp", port: 4240 }, why: "agents ask after each other's health" },
    { traffic: { protocol: "icmp", type: 8, code: 0 }, why: "agents ask after each other's health" },
    // Agents tell the relay of the peers' nodes too, and it asks every one of them (cilium pkg/hubble/peer, handler.go).
    ...(hubble ? [{ traffic: { protocol: "tcp", port: 4244 } as const, why: "Hubble's relay asks for flows" }] : []),
  ];
}
