import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../../cluster/cluster";
import type { BackendContext, Installed } from "../common/backend";
import { requiredGatewayService } from "../common/gateway-service";
import { MeshCertificates } from "./certificates";
import { agentConfig, remoteUsers } from "./mesh-config";
import { agentPeersSecret, ciliumNamespace, remoteUsersMap } from "./names";
import type { CiliumSettings } from "./settings";

/**
 * One cluster's part of the mesh, except for the peers' addresses. The load balancer comes first, because its name has to
 * be in the server's certificate; should it get another name, certificate and peers follow at the next `pulumi up`.
 */
export class CiliumMesh extends pulumi.ComponentResource implements Installed {
  public readonly gatewayAddress: pulumi.Output<string>;
  /** Nodes are Ready when agents run on them, and agents wait for Cilium's kinds. */
  public readonly ready: readonly pulumi.Resource[];

  constructor(
    name: string,
    public readonly cluster: Cluster,
    { config, clusters, trust, natAddresses }: BackendContext<CiliumSettings>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:cilium:Mesh", name, {}, opts);
    const child = { parent: this, provider: cluster.provider };
    this.ready = cluster.nodes;
    const peers = clusters.map((each) => each.name).filter((each) => each !== cluster.plan.name);

    this.gatewayAddress = requiredGatewayService(
      `${name}-mesh`,
      { cluster, namespace: ciliumNamespace, natAddresses },
      { parent: this },
    ).address;
    new MeshCertificates(
      name,
      { cluster, trust, address: this.gatewayAddress, hubble: config.own.hubble },
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
        stringData: Object.fromEntries(peers.map((peer) => [peer, trust.mark.apply(agentConfig)])),
      },
      child,
    );
    this.registerOutputs({ gatewayAddress: this.gatewayAddress });
  }
}
