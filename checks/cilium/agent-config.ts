import { ciliumNamespace } from "../../components/backends/cilium/names";
import type { Datapath, Encryption } from "../../components/backends/cilium/networking";
import type { LiveCluster } from "../common/check";

/** What Cilium's agents and operator run with, read back from the ConfigMap `cilium-config`. */
export interface AgentConfig {
  readonly id: number;
  readonly name: string | undefined;
  readonly mtu: number;
  readonly datapath: Datapath;
  readonly encryption: Encryption;
  /** Of what agents, and with an overlay pods, get their addresses; undefined where Cilium has no pool of its own. */
  readonly pool: string | undefined;
  /** Where pods are that agents encrypt to with IPsec and addresses of the VPC; undefined where it makes no difference. */
  readonly nativeRange: string | undefined;
  /** Whether they record flows for Hubble. */
  readonly hubble: boolean;
  /** Whether ServiceExports cross clusters. */
  readonly multiclusterServices: boolean;
}

/** @throws when there is none */
export async function agentConfig({ kube }: LiveCluster): Promise<AgentConfig> {
  const map = await kube.get({
    apiVersion: "v1",
    kind: "ConfigMap",
    namespace: ciliumNamespace,
    name: "cilium-config",
  });
  if (!map) throw new Error(`there is no ConfigMap ${ciliumNamespace}/cilium-config: Cilium is not installed`);
  const data = (map.data ?? {}) as Readonly<Record<string, string | undefined>>;
  return {
    id: Number(data["cluster-id"]),
    name: data["cluster-name"],
    mtu: Number(data.mtu),
    datapath: datapathIn(data),
    encryption: encryptionIn(data),
    pool: data.ipam === "cluster-pool" ? data["cluster-pool-ipv4-cidr"] : undefined,
    nativeRange: data["ipv4-native-routing-cidr"],
    hubble: data["enable-hubble"] === "true",
    multiclusterServices: data["clustermesh-enable-mcs-api"] === "true",
  };
}

function datapathIn(data: Readonly<Record<string, string | undefined>>): Datapath {
  if (data["cni-chaining-mode"] === "aws-cni") return "chaining";
  if (data.ipam === "eni") return "eni";
  if (data["routing-mode"] === "tunnel" && data["tunnel-protocol"] === "vxlan") return "vxlan";
  throw new Error(`routing-mode ${data["routing-mode"]} with ipam ${data.ipam} is none of the lab's datapaths`);
}

function encryptionIn(data: Readonly<Record<string, string | undefined>>): Encryption {
  if (data["enable-wireguard"] === "true") return "wireguard";
  return data["enable-ipsec"] === "true" ? "ipsec" : "none";
}
