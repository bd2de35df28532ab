import type * as pulumi from "@pulumi/pulumi";
import { orderedPairs } from "../../base/pairs";
import type { Backend, BackendContext } from "../common/backend";
import { RemoteSecret } from "../common/istio/remote-secret";
import { IstioControlPlane } from "./control-plane";
import type { IstioSettings } from "./settings";

/** Istio in its deployment models. */
export const istio: Backend<IstioSettings, IstioControlPlane> = {
  install: (cluster, context, parent) =>
    new IstioControlPlane(`${cluster.plan.key}-istio`, cluster, context, { parent }),
  joinAll,
};

/** Every istiod that serves proxies is told of the other clusters; then remotes get what waits for its answers. */
function joinAll(
  installed: readonly IstioControlPlane[],
  _context: BackendContext<IstioSettings>,
  parent: pulumi.Resource,
): void {
  const remotes = installed.filter(({ controlledFrom }) => controlledFrom !== undefined);
  for (const [here, peer] of orderedPairs(installed)) {
    if (remotes.includes(here)) continue;
    const { secret } = new RemoteSecret(
      `${here.cluster.plan.key}-istio-remote-${peer.cluster.plan.key}`,
      { here, peer },
      { parent },
    );
    here.meet(peer);
    if (remotes.includes(peer)) peer.follow(here, secret);
  }
}
