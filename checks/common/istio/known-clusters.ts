import { istioNamespace } from "../../../components/backends/common/istio/names";
import { type PairCheck, verdict } from "../check";
import { realPod } from "../real-pods";
import { ofRemote } from "./models";

/** A cluster as istiod knows it (istio, pilot/pkg/xds/debug.go: clusterz). */
interface KnownCluster {
  readonly id: string;
  /** Where its credentials are; empty of its own. */
  readonly secretName: string;
  /** `synced` when it has read all that it watches there. */
  readonly syncStatus: string;
}

/**
 * istiod itself says that it has read the peer. It becomes ready without, and its metric of this stays wrong after a token
 * was changed, so it is asked for its list.
 */
export const knownCluster: PairCheck = {
  id: "istio-knows-peer",
  expects: "istiod says that it has read the peer",
  ofPair: async (here, peer) => {
    const remote = ofRemote(here);
    if (remote) return remote;
    const found = await realPod(here.kube, istioNamespace, "istiod");
    if (found.verdict) return found.verdict;
    const asked = await here.kube.exec(found.pod, "discovery", [
      "pilot-discovery",
      "request",
      "GET",
      "/debug/clusterz",
    ]);
    if (asked.exitCode !== 0) throw new Error(`istiod does not say which clusters it knows: ${asked.stderr.trim()}`);
    const known: readonly KnownCluster[] = JSON.parse(asked.stdout);
    const said = known.find(({ id }) => id === peer.name);
    return verdict(
      [
        !said && `it knows ${known.map(({ id }) => id).join(", ") || "no cluster"}, and not ${peer.name}`,
        said && said.syncStatus !== "synced" && `${peer.name} is ${said.syncStatus}, not synced`,
      ],
      `${peer.name} ${said?.syncStatus}, by ${said?.secretName}`,
    );
  },
};
