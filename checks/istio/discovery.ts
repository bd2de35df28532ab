import { istioNamespace } from "../../components/backends/common/istio/names";
import { discoveryBalancer, remoteDiscovery } from "../../components/backends/istio/names";
import { addressOf } from "../common/balancer";
import { type PairCheck, skip, verdict } from "../common/check";

/** On a remote, the name of the primary's istiod stands for the load balancer in front of it. */
export const discovery: PairCheck = {
  id: "istio-discovery",
  expects: "proxies of a remote find the primary's istiod by the name that they have for it",
  ofPair: async (here, peer) => {
    if (here.controlledFrom !== peer.name) return skip(`no proxy of ${here.name} goes by the istiod of ${peer.name}`);
    const service = { apiVersion: "v1", kind: "Service", namespace: istioNamespace };
    const [alias, balancer] = await Promise.all([
      here.kube.get({ ...service, name: remoteDiscovery }),
      peer.kube.get({ ...service, name: discoveryBalancer }),
    ]);
    const { externalName } = (alias?.spec ?? {}) as { readonly externalName?: string };
    const address = balancer && addressOf(balancer, peer);
    return verdict(
      [
        !alias && `there is no Service ${istioNamespace}/${remoteDiscovery}`,
        !balancer && `${peer.name} has no Service ${istioNamespace}/${discoveryBalancer}`,
        balancer && !address && `the load balancer ${discoveryBalancer} of ${peer.name} has no address`,
        alias && address && externalName !== address && `it stands for ${externalName}, and istiod is at ${address}`,
      ],
      `${remoteDiscovery} is ${address}`,
    );
  },
};
