import { largestId } from "../../components/backends/cilium/cluster-id";
import { ciliumNamespace, ipsecKeysSecret } from "../../components/backends/cilium/names";
import { encapsulationOf } from "../../components/backends/cilium/networking";
import { contains, overlaps } from "../../components/base/cidr";
import { type ClusterCheck, type PairCheck, verdict } from "../common/check";
import { mtuAsPlanned, nodesOfOtherMtu } from "../common/mtu";
import { secretData } from "../common/secret";
import { agentConfig } from "./agent-config";

/** Agents start from the path's MTU, and take off what the plan takes off; below them AWS's CNI, where there is one, too. */
export const agentMtu: ClusterCheck = {
  id: "mtu",
  expects: "nodes and pods have the planned MTU",
  ofCluster: async (cluster, lab) => {
    const { mtu, datapath, encryption } = await agentConfig(cluster);
    const { name, overhead } = encapsulationOf(datapath, encryption);
    const below = datapath === "chaining" ? await mtuAsPlanned.ofCluster(cluster, lab) : undefined;
    return verdict(
      [
        mtu !== cluster.mtu.path && `agents start from ${mtu}, what fits through the path is ${cluster.mtu.path}`,
        mtu - overhead !== cluster.mtu.pod &&
          `${mtu} less ${overhead} for ${name} is ${mtu - overhead}, planned for pods is ${cluster.mtu.pod}`,
        below?.status === "fail" && below.detail,
        ...(below ? [] : await nodesOfOtherMtu(cluster)),
      ],
      `path ${mtu}, pods ${mtu - overhead} bytes, ${name}`,
    );
  },
};

/** Agents know the cluster by its name, and by a number that Cluster Mesh takes in every datapath. */
export const meshIdentity: ClusterCheck = {
  id: "cilium-identity",
  expects: "agents bear the cluster's name and number",
  ofCluster: async (cluster) => {
    const { id, name } = await agentConfig(cluster);
    return verdict(
      [
        name !== cluster.name && `agents call it ${name}`,
        !(id >= 1 && id <= largestId) && `its number is ${id}, not one from 1 to ${largestId}`,
      ],
      `${name} is number ${id}`,
    );
  },
};

/** What must differ does, and what must be the same is. */
export const meshFits: PairCheck = {
  id: "cilium-identities-differ",
  expects: "the two clusters have names and numbers of their own, and fit together",
  ofPair: async (here, peer) => {
    const [own, other] = await Promise.all([agentConfig(here), agentConfig(peer)]);
    return verdict(
      [
        own.id === other.id && `both are number ${own.id}`,
        own.name === other.name && `both are called ${own.name}`,
        own.pool &&
          other.pool &&
          overlaps(own.pool, other.pool) &&
          `addresses of ${own.pool} and ${other.pool} overlap`,
        own.datapath !== other.datapath &&
          `datapaths ${own.datapath} and ${other.datapath} do not understand each other`,
        own.encryption !== other.encryption && `encryption is ${own.encryption} here and ${other.encryption} there`,
        own.mtu !== other.mtu && `MTU is ${own.mtu} here and ${other.mtu} there`,
        own.datapath === "eni" &&
          own.encryption === "ipsec" &&
          !(own.nativeRange && contains(own.nativeRange, peer.egressCidr)) &&
          `agents encrypt to ${own.nativeRange ?? "their own VPC"}, the peer's pods are in ${peer.egressCidr}`,
      ],
      `numbers ${own.id} and ${other.id}, ${own.datapath}, encryption ${own.encryption}`,
    );
  },
};

/** Both ends of an IPsec tunnel have the same key, and it is as long as AES-128 with its salt. */
export const ipsecKey: PairCheck = {
  id: "cilium-ipsec-key",
  expects: "both clusters have the same IPsec keys",
  ofPair: async (here, peer) => {
    const { encryption } = await agentConfig(here);
    if (encryption !== "ipsec") return { status: "skipped", detail: `encryption is ${encryption}` };
    const [own, other] = await Promise.all(
      [here, peer].map(async ({ kube }) => (await secretData(kube, ciliumNamespace, ipsecKeysSecret))("keys")),
    );
    const number = /^(\d+)\+ rfc4106\(gcm\(aes\)\) [0-9a-f]{40} 128$/.exec(own ?? "")?.[1];
    return verdict(
      [
        number === undefined && "the key is not one that agents can read",
        own !== other && "the two clusters have different keys",
      ],
      `the same key, number ${number}`,
    );
  },
};
