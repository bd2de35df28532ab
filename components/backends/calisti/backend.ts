import type { Backend } from "../common/backend";
import { RemoteSecret } from "../common/istio/remote-secret";
import { CalistiControlPlane, type CalistiInstalled } from "./control-plane";
import { Registration } from "./registration";
import type { CalistiSettings } from "./settings";

/** Calisti's open core: active control planes on different networks, whose clusters are registered with each other. */
export const calisti: Backend<CalistiSettings, CalistiInstalled> = {
  install: (cluster, context, parent) =>
    new CalistiControlPlane(`${cluster.plan.key}-calisti`, cluster, context, { parent }),
  joinPair: (here, peer, _context, parent) => {
    const peerKey = peer.cluster.plan.key;
    const prefix = `${here.cluster.plan.key}-calisti`;
    new RemoteSecret(`${prefix}-remote-${peerKey}`, { here, peer }, { parent });
    new Registration(
      `${prefix}-${peerKey}`,
      { of: peer, on: here.cluster, namespace: here.registryNamespace, registry: here.registry },
      { parent },
    );
    return [];
  },
};
