import { overlaps } from "../../components/base/cidr";
import { type ClusterCheck, fail, type LiveCluster, type PairCheck, verdict } from "../common/check";
import { nodesOfOtherMtu } from "../common/mtu";
import { readResource } from "./resource";

interface Installation {
  readonly spec: { readonly calicoNetwork?: { readonly mtu?: number } };
  readonly status?: { readonly mtu?: number };
}

/** A pool as Calico itself has it, whoever made it. */
interface Pool {
  readonly cidr: string;
  readonly natOutgoing?: boolean;
  readonly disabled?: boolean;
}

/** The ranges under which the peers see a cluster. */
async function shownRanges(cluster: LiveCluster): Promise<string[]> {
  const { clusterCIDR, serviceCIDR, globalCIDR } = (await readResource(cluster)).spec;
  return globalCIDR ? [globalCIDR] : [clusterCIDR, serviceCIDR];
}

/** Calico gives pods the planned MTU, and runs with it; AWS's own CNI is not there. */
export const overlayMtu: ClusterCheck = {
  id: "mtu",
  expects: "nodes and pods have the planned MTU",
  ofCluster: async (cluster) => {
    const found = await cluster.kube.get({
      apiVersion: "operator.tigera.io/v1",
      kind: "Installation",
      name: "default",
    });
    const installation = found as unknown as Installation | undefined;
    if (!installation) return fail("there is no Installation: Calico is not installed");
    const asked = installation.spec.calicoNetwork?.mtu;
    const used = installation.status?.mtu;
    const vpcCni = { apiVersion: "apps/v1", kind: "DaemonSet", namespace: "kube-system", name: "aws-node" };
    const planned = cluster.mtu.pod;
    return verdict(
      [
        asked !== planned && `calicoNetwork.mtu is ${asked ?? "not set"}, planned is ${planned}`,
        used !== planned && `Calico runs with ${used ?? "none"}, planned is ${planned}`,
        (await cluster.kube.get(vpcCni)) !== undefined && "the VPC CNI is there as well",
        ...(await nodesOfOtherMtu(cluster)),
      ],
      `pods ${planned} bytes on nodes of ${cluster.mtu.node}`,
    );
  },
};

/** What is sent to the peer's ranges keeps its address: Calico knows them as pools that it neither uses nor hides. */
export const remotePools: PairCheck = {
  id: "submariner-pools",
  expects: "Calico knows the peer's addresses and translates none of them",
  ofPair: async (here, peer) => {
    const found = await here.kube.list("crd.projectcalico.org/v1", "IPPool");
    const pools = found.map(({ spec }) => spec as Pool);
    const ranges = await shownRanges(peer);
    return verdict(
      ranges.flatMap((range) => {
        const pool = pools.find(({ cidr }) => cidr === range);
        if (!pool) return [`Calico has no pool for ${range}`];
        return [
          pool.natOutgoing === true && `packets of ${range} are hidden behind the node's address`,
          pool.disabled !== true && `pods may get addresses of ${range}`,
        ];
      }),
      `${ranges.join(" and ")} arrive as they are`,
    );
  },
};

/** No address means something in both clusters; with Globalnet, no global one. */
export const disjointAddresses: PairCheck = {
  id: "submariner-addresses",
  expects: "the two clusters have no addresses in common",
  ofPair: async (here, peer) => {
    const [own, other] = await Promise.all([shownRanges(here), shownRanges(peer)]);
    return verdict(
      own.flatMap((a) => other.map((b) => overlaps(a, b) && `${a} of ${here.name} overlaps ${b} of ${peer.name}`)),
      `${own.join(", ")} and ${other.join(", ")}`,
    );
  },
};
