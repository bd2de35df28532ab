import type { Backend } from "../common/backend";
import { type MeshMember, RemoteSecret } from "../common/istio/remote-secret";
import { IstioControlPlane } from "./control-plane";
import type { IstioSettings } from "./settings";

/** Istio, multi-primary on different networks. */
export const istio: Backend<IstioSettings, MeshMember> = {
  install: (cluster, context, parent) =>
    new IstioControlPlane(`${cluster.plan.key}-istio`, cluster, context, { parent }),
  joinPair: (here, peer, _context, parent) => {
    new RemoteSecret(`${here.cluster.plan.key}-istio-remote-${peer.cluster.plan.key}`, { here, peer }, { parent });
    return [];
  },
};
