import { istioNamespace } from "../../../components/backends/common/istio/names";
import { type PairCheck, verdict } from "../check";
import { readAs } from "../reader";
import { secretData } from "../secret";

/** The token in the remote secret lists Services on the peer's API server, and may not write there. */
export const remoteSecret: PairCheck = {
  id: "istio-remote-secret",
  ofPair: async (here, peer) => {
    const data = await secretData(here.kube, istioNamespace, `istio-remote-secret-${peer.name}`);
    const { problems, services } = await readAs(data(peer.name), peer);
    return verdict(problems, `lists ${services} Services of ${peer.name}, may not write`);
  },
};
