import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Trust } from "../../trust/trust";
import type { Backend } from "../common/backend";
import { CiliumCni } from "./cni";
import { CiliumMesh } from "./mesh";
import { peerConfig } from "./mesh-config";
import { ciliumNamespace, meshPeersSecret } from "./names";
import type { CiliumSettings } from "./settings";

/** Cilium Cluster Mesh. */
export const cilium: Backend<CiliumSettings, CiliumMesh> = {
  installCni: (cluster, context, parent) =>
    new CiliumCni(`${cluster.plan.key}-cilium`, cluster, context, { parent }).resources,
  install: (cluster, context, parent) => new CiliumMesh(`${cluster.plan.key}-cilium`, cluster, context, { parent }),
  joinAll: (installed, { trust }, parent) => {
    for (const here of installed) introducePeers(here, installed, trust, parent);
  },
};

/** The peers' addresses, for the mesh's API server of one cluster. */
function introducePeers(
  { cluster }: CiliumMesh,
  all: readonly CiliumMesh[],
  { mark }: Trust,
  parent: pulumi.Resource,
): void {
  const peers = all.filter((each) => each.cluster !== cluster);
  // It refers to the peers' load balancers, so on the way down they are forgotten before they are gone.
  new k8s.core.v1.Secret(
    `${cluster.plan.key}-cilium-mesh-peers`,
    {
      metadata: { name: meshPeersSecret, namespace: ciliumNamespace },
      stringData: Object.fromEntries(
        peers.map((peer) => [
          peer.cluster.plan.name,
          pulumi.all([peer.gatewayAddress, mark]).apply(([address, roots]) => peerConfig(address, roots)),
        ]),
      ),
    },
    { parent, provider: cluster.provider },
  );
}
