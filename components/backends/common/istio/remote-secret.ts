import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { AccountToken } from "../account-token";
import type { Installed } from "../backend";
import { tokenKubeconfig } from "../kubeconfig";

/** Account with which peers read; the base chart makes it and the istiod chart gives it its rights. */
export const readerAccount = "istio-reader-service-account";
/** Where Kubernetes puts its token; the name that istioctl would give it. */
export const readerTokenSecret = `${readerAccount}-istio-remote-secret-token`;

/** A cluster that an istiod can read. */
export interface Readable extends Pick<Installed, "cluster"> {
  /** Token of the account with which peers read Services and endpoints. */
  readonly reader: AccountToken;
}

/** A cluster with a control plane of Istio's, as its peers need it. */
export interface MeshMember extends Installed, Readable {
  /** Namespace of the control plane, where istiod looks for remote secrets. */
  readonly namespace: pulumi.Output<string>;
  /** Whoever makes objects of Istio's kinds, or pods with sidecars, comes after it. */
  readonly istiod: pulumi.Resource;
}

/**
 * The Secret by which the istiod of one cluster learns of a peer: a kubeconfig with the peer's endpoint and a token that
 * may read. istiod refuses kubeconfigs that start programs, which rules out `aws eks get-token`.
 */
export class RemoteSecret extends pulumi.ComponentResource {
  /** The Secret itself. */
  public readonly secret: pulumi.Resource;

  constructor(
    name: string,
    { here, peer }: { readonly here: MeshMember; readonly peer: Readable },
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:istio:RemoteSecret", name, {}, opts);
    const peerName = peer.cluster.plan.name;
    this.secret = new k8s.core.v1.Secret(
      name,
      {
        metadata: {
          name: `istio-remote-secret-${peerName}`,
          namespace: here.namespace,
          labels: { "istio/multiCluster": "true" },
          annotations: { "networking.istio.io/cluster": peerName },
        },
        stringData: { [peerName]: tokenKubeconfig(peer.cluster, peer.reader.token) },
      },
      // On the way down the peer is forgotten while there is still an istiod to forget it.
      { parent: this, provider: here.cluster.provider, dependsOn: here.istiod },
    );
    this.registerOutputs({});
  }
}
