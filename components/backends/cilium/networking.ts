/** What Cilium's datapath and encryption mean for the clusters' network. */
import { type Encapsulation, type Networking, type NodeTaint, noEncapsulation } from "../../plan/networking";
import type { CiliumSettings } from "./settings";

/** Who gives pods their addresses, and how packets go between nodes; see `cilium.datapath` in docs/settings.md. */
export type Datapath = CiliumSettings["datapath"];
/** What protects packets between nodes; see `cilium.encryption` in docs/settings.md. */
export type Encryption = CiliumSettings["encryption"];

/** Outer Ethernet and IPv4 headers, UDP and VXLAN (cilium pkg/mtu, TunnelOverheadIPv4). */
const vxlanBytes = 50;

/** What encryption adds (cilium pkg/mtu, WireguardOverhead with its padding and EncryptionIPsecOverhead for GCM-128). */
const encryptionBytes: Readonly<Record<Encryption, number>> = { none: 0, wireguard: 95, ipsec: 77 };
/** As people call it; empty for none. */
export const encryptionNames: Readonly<Record<Encryption, string>> = {
  none: "",
  wireguard: "WireGuard",
  ipsec: "IPsec",
};

/** Both layers, one inside the other. */
export function encapsulationOf(datapath: Datapath, encryption: Encryption): Encapsulation {
  const tunnelled = datapath === "vxlan";
  const name = [tunnelled ? "VXLAN" : "", encryptionNames[encryption]].filter((part) => part !== "").join(" and ");
  const overhead = (tunnelled ? vxlanBytes : 0) + encryptionBytes[encryption];
  return overhead === 0 ? noEncapsulation : { name, overhead };
}

/** Pods wait until the agent of their node is up: it takes the taint away. */
const agentNotReady: NodeTaint = { key: "node.cilium.io/agent-not-ready", value: "true", effect: "NO_EXECUTE" };

/**
 * What Cilium's operator asks EC2 beyond AmazonEKS_CNI_Policy when it gives pods addresses of the VPC (Cilium docs,
 * network/concepts/ipam/eni, required privileges).
 */
const eniActions = ["ec2:DescribeVpcs", "ec2:DescribeSecurityGroups", "ec2:DescribeRouteTables"];

/** What the settings mean for node groups, add-ons, MTU and pods' addresses. */
export function ciliumNetworking({ datapath, encryption, kubeProxyReplacement }: CiliumSettings): Networking {
  return {
    cni: datapath === "chaining" ? "vpc-cni" : "chart",
    podAddresses: datapath === "vxlan" ? "overlay" : "vpc",
    encapsulation: encapsulationOf(datapath, encryption),
    kubeProxy: !kubeProxyReplacement,
    startupTaints: [agentNotReady],
    nodeActions: datapath === "eni" ? eniActions : [],
  };
}
