import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { tokenKubeconfig } from "../kubeconfig";
import type { IstioInstalled } from "./backend";

/**
 * The Secret by which the istiod of one cluster learns of a peer: a kubeconfig with the peer's endpoint and a token that
 * may read. istiod refuses kubeconfigs that start programs, which rules out `aws eks get-token`.
 */
export class RemoteSecret extends pulumi.ComponentResource {
  constructor(
    name: string,
    { here, peer }: { readonly here: IstioInstalled; readonly peer: IstioInstalled },
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:istio:RemoteSecret", name, {}, opts);
    const peerName = peer.cluster.plan.name;
    new k8s.core.v1.Secret(
      name,
      {
        metadata: {
          name: `istio-remote-secret-${peerName}`,
          namespace: here.namespace,
          labels: { "istio/multiCluster": "true" },
          annotations: { "networking.istio.io/cluster": peerName },
        },
        stringData: {
          [peerName]: pulumi
            .all([peer.cluster.endpoint, peer.cluster.certificateAuthority, peer.reader.token])
            .apply(([server, authority, token]) => tokenKubeconfig(peerName, server, authority, token)),
        },
      },
      // On the way down the peer is forgotten while there is still an istiod to forget it.
      { parent: this, provider: here.cluster.provider, dependsOn: here.istiod },
    );
    this.registerOutputs({});
  }
}
