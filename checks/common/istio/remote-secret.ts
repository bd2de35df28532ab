import { istioNamespace } from "../../../components/backends/common/istio/names";
import { type PairCheck, verdict } from "../check";
import { readAs, reading } from "../reader";
import { secretData } from "../secret";
import { ofRemote } from "./models";

/**
 * What istiod watches of every cluster: it takes none for synchronised of which it may not read one of these (istio,
 * pilot/pkg/serviceregistry/kube/controller, pilot/pkg/credentials/kube).
 */
const watched = [
  ...reading("", "services", "pods", "nodes", "namespaces", "secrets"),
  ...reading("discovery.k8s.io", "endpointslices"),
];

/** The token in the remote secret lists Services on the peer's API server, reads what istiod needs, and may not write there. */
export const remoteSecret: PairCheck = {
  id: "istio-remote-secret",
  expects: "the credentials in the remote secret read all that istiod watches on the peer, and write nothing",
  ofPair: async (here, peer) => {
    const remote = ofRemote(here);
    if (remote) return remote;
    const data = await secretData(here.kube, istioNamespace, `istio-remote-secret-${peer.name}`);
    const { problems, services } = await readAs(data(peer.name), peer, { must: watched });
    return verdict(
      problems,
      `lists ${services} Services of ${peer.name}, reads all that istiod watches, may not write`,
    );
  },
};
