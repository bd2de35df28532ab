import { parse } from "yaml";
import {
  agentPeersSecret,
  ciliumNamespace,
  meshPeersSecret,
  meshPort,
  meshServer,
  meshServerHost,
  remoteUser,
  remoteUsersMap,
} from "../../components/backends/cilium/names";
import { readBalancer } from "../common/balancer";
import { type ClusterCheck, type PairCheck, verdict } from "../common/check";
import { secretData } from "../common/secret";
import { daemonSet, deployment, running } from "../common/workloads";
import { meshCertificate } from "./certificates";

interface EtcdConfig {
  readonly endpoints?: readonly string[];
}

interface Users {
  readonly users?: readonly { readonly name: string; readonly role: string }[];
}

/** The agents, the operator and the mesh's API server. What else is in their namespace is Kubernetes' own. */
export const ciliumRunning = running({
  id: "cilium-running",
  expects: "agents, operator and the mesh's API server run",
  namespaces: [],
  needed: () => [
    daemonSet(ciliumNamespace, "cilium"),
    deployment(ciliumNamespace, "cilium-operator"),
    deployment(ciliumNamespace, meshServer),
  ],
});

/** The mesh's Service has the address that the outputs name. */
export const meshAddress: ClusterCheck = {
  id: "cilium-mesh-address",
  expects: "the mesh's API server has the address that the outputs name",
  ofCluster: async (cluster) => {
    const { address, problems } = await readBalancer(cluster, ciliumNamespace, meshServer);
    return verdict(problems, address ?? "");
  },
};

/** This cluster is told of the peer's address, under a name the peer's certificate has, and the peer lets it in. */
export const meshPeer: PairCheck = {
  id: "cilium-mesh-peer",
  expects: "the cluster is told where the peer is, and the peer lets it in",
  ofPair: async (here, peer, lab) => {
    const [agents, mesh, users, server, client] = await Promise.all([
      secretData(here.kube, ciliumNamespace, agentPeersSecret),
      secretData(here.kube, ciliumNamespace, meshPeersSecret),
      peer.kube.get({ apiVersion: "v1", kind: "ConfigMap", namespace: ciliumNamespace, name: remoteUsersMap }),
      meshCertificate(peer, "server", lab),
      meshCertificate(here, "remote", lab),
    ]);
    const allowed = parse(((users?.data ?? {}) as Record<string, string>)["users.yaml"] ?? "") as Users | null;
    const user = allowed?.users?.find(({ name }) => name === remoteUser(here.name));
    return verdict(
      [
        ...endpointProblems(mesh(peer.name), `https://${peer.gateway}:${meshPort}`, "the mesh's API server"),
        ...endpointProblems(agents(peer.name), `https://${meshServerHost}:${meshPort}`, "agents"),
        server.leaf.checkHost(peer.gateway ?? "no load balancer") === undefined &&
          `the peer's certificate is not good for ${peer.gateway}`,
        ...server.problems,
        ...client.problems,
        client.commonName !== remoteUser(here.name) &&
          `it comes as ${client.commonName}, not as ${remoteUser(here.name)}`,
        user?.role !== "remote" && `the peer knows no user ${remoteUser(here.name)} that may read`,
      ],
      `reads from ${peer.gateway} as ${remoteUser(here.name)}`,
    );
  },
};

function endpointProblems(text: string, wanted: string, whose: string): (string | false)[] {
  const [endpoint, ...more] = (parse(text) as EtcdConfig | null)?.endpoints ?? [];
  return [
    // What Cilium itself looks for before it takes a file for a peer (pkg/clustermesh/common/config.go).
    !text.includes("endpoints:") && `the configuration of ${whose} is not one that Cilium recognises`,
    endpoint !== wanted && `${whose} would ask ${endpoint}, not ${wanted}`,
    more.length > 0 && `${whose} would ask ${more.join(", ")} too`,
  ];
}
