import { multiclusterNamespace } from "../../components/backends/linkerd/names";
import { type PairCheck, skip, verdict } from "../common/check";
import { realPod } from "../common/real-pods";

/** On the pods of a peer's controller (chart linkerd-multicluster). */
const peerLabel = "mirror.linkerd.io/cluster-name";

/** Where a controller says what it counts. */
const adminPort = 9999;

/**
 * The controller's own probes of the peer's gateway are answered (linkerd2, multicluster/service-mirror/metrics.go). The
 * metric is read in the pod: its proxy lets nobody to that port but Linkerd's own Prometheus.
 */
export const gatewayProbe: PairCheck = {
  id: "linkerd-gateway-probe",
  expects: "the peer's gateway answers the controller's probes",
  ofPair: async (here, peer) => {
    if (!here.reaches.includes(peer.name)) return skip(`${here.name} does not mirror ${peer.name}`);
    if (peer.gateway === undefined) return skip("no peer comes in by a gateway");
    const found = await realPod(here.kube, multiclusterNamespace, peer.name, peerLabel);
    if (found.verdict) return found.verdict;
    const metrics = await here.kube.getFromPod(found.pod, adminPort, "/metrics");
    const alive = gaugeOf(metrics, "gateway_alive", peer.name);
    return verdict(
      [
        alive === undefined && `the controller does not probe the gateway of ${peer.name}`,
        alive !== undefined && alive !== 1 && `${peer.gateway} does not answer the controller's probes`,
      ],
      `${peer.gateway} answers, ${gaugeOf(metrics, "gateway_latency", peer.name)} ms`,
    );
  },
};

/** A metric of one cluster, in what Prometheus reads. */
function gaugeOf(text: string, name: string, cluster: string): number | undefined {
  const line = text
    .split("\n")
    .find((each) => each.startsWith(`${name}{`) && each.includes(`target_cluster_name="${cluster}"`));
  return line === undefined ? undefined : Number(line.trim().split(" ").at(-1));
}
