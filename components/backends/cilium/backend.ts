import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { BalancerService } from "../../cluster/balancer-service";
import type { Cluster } from "../../cluster/cluster";
import type { Network } from "../../network/network";
import type { Backend, BackendContext, Installed } from "../common/backend";
import { MeshCertificates } from "./certificates";
import { CiliumCni } from "./cni";
import { agentConfig, peerConfig, remoteUsers } from "./mesh-config";
import { agentPeersSecret, ciliumNamespace, meshPeersSecret, remoteUsersMap } from "./names";
import { ciliumProfile } from "./profile";

/**
 * One cluster's part of the mesh, except for the peers' addresses. The load balancer comes first, because its name has to
 * be in the server's certificate; should it get another name, certificate and peers follow at the next `pulumi up`.
 */
class CiliumMesh extends pulumi.ComponentResource implements Installed {
  public readonly gatewayAddress: pulumi.Output<string>;
  /** Nodes are Ready when agents run on them, and agents wait for Cilium's kinds. */
  public readonly ready: readonly pulumi.Resource[];

  constructor(
    name: string,
    public readonly cluster: Cluster,
    network: Network,
    { plan, trust, natAddresses }: BackendContext,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:cilium:Mesh", name, {}, opts);
    const child = { parent: this, provider: cluster.provider };
    this.ready = cluster.nodes;
    const peers = plan.clusters.map((each) => each.name).filter((each) => each !== cluster.plan.name);

    const [balancer] = cluster.plan.balancers;
    if (!balancer) throw new Error(`the plan of ${cluster.plan.name} has no load balancer for the mesh`);
    const service = new BalancerService(
      `${name}-mesh`,
      { balancer, cluster, network, namespace: ciliumNamespace, natAddresses },
      { parent: this },
    );
    this.gatewayAddress = service.address;

    new MeshCertificates(
      name,
      { cluster, trust, address: service.address, hubble: plan.config.cilium.hubble },
      { parent: this },
    );
    new k8s.core.v1.ConfigMap(
      `${name}-remote-users`,
      {
        metadata: { name: remoteUsersMap, namespace: ciliumNamespace },
        data: { "users.yaml": remoteUsers(peers) },
      },
      child,
    );
    new k8s.core.v1.Secret(
      `${name}-agent-peers`,
      {
        metadata: { name: agentPeersSecret, namespace: ciliumNamespace },
        stringData: Object.fromEntries(peers.map((peer) => [peer, agentConfig])),
      },
      child,
    );
    this.registerOutputs({ gatewayAddress: this.gatewayAddress });
  }
}

/** Cilium Cluster Mesh. */
export const cilium: Backend<CiliumMesh> = {
  profile: ciliumProfile,
  installCni: (cluster, _network, context, parent) =>
    new CiliumCni(`${cluster.plan.name}-cilium`, cluster, context, { parent }).resources,
  install: (cluster, network, context, parent) =>
    new CiliumMesh(`${cluster.plan.name}-cilium`, cluster, network, context, { parent }),
  joinAll: (installed, _context, parent) => {
    for (const { cluster } of installed) {
      const peers = installed.filter((each) => each.cluster !== cluster);
      // It refers to the peers' load balancers, so on the way down they are forgotten before they are gone.
      new k8s.core.v1.Secret(
        `${cluster.plan.name}-cilium-mesh-peers`,
        {
          metadata: { name: meshPeersSecret, namespace: ciliumNamespace },
          stringData: Object.fromEntries(
            peers.map((peer) => [peer.cluster.plan.name, peer.gatewayAddress.apply(peerConfig)]),
          ),
        },
        { parent, provider: cluster.provider },
      );
    }
  },
};
