import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../../cluster/cluster";
import type { AccountToken } from "../common/account-token";
import { tokenKubeconfig } from "../common/kubeconfig";

/** A cluster as the cluster registry knows it. */
export interface Registered {
  /** Its API server is what the registry reads. */
  readonly cluster: Cluster;
  /** UID of its namespace kube-system, by which the registry tells clusters apart. */
  readonly clusterId: pulumi.Output<string>;
  /** Token of the account with which registries read. */
  readonly registryReader: AccountToken;
}

/** Which cluster is made known, and where. */
export interface RegistrationArgs {
  /** The cluster that becomes known. */
  readonly of: Registered;
  /** The cluster whose registry learns of it. */
  readonly on: Cluster;
  /** Namespace of that registry. */
  readonly namespace: pulumi.Input<string>;
  /** The controller: on the way down Cluster objects go while it lives. */
  readonly registry: pulumi.Resource;
}

/**
 * A Cluster object and the Secret with a kubeconfig that belongs to it: how the cluster registry of `on` knows a cluster, be
 * it its own or a peer.
 */
export class Registration extends pulumi.ComponentResource {
  /** The Cluster object. */
  public readonly object: pulumi.Resource;

  constructor(name: string, args: RegistrationArgs, opts: pulumi.ComponentResourceOptions) {
    super("multicluster-lab:calisti:Registration", name, {}, opts);
    const { of, on, namespace, registry } = args;
    const clusterName = of.cluster.plan.name;
    const child = { parent: this, provider: on.provider };
    const secret = new k8s.core.v1.Secret(
      name,
      {
        metadata: { name: clusterName, namespace },
        type: "k8s.cisco.com/cluster-registry-secret",
        stringData: { kubeconfig: tokenKubeconfig(of.cluster, of.registryReader.token) },
      },
      child,
    );
    this.object = new k8s.apiextensions.CustomResource(
      name,
      {
        apiVersion: "clusterregistry.k8s.cisco.com/v1alpha1",
        kind: "Cluster",
        metadata: { name: clusterName },
        spec: {
          clusterID: of.clusterId,
          authInfo: { secretRef: { name: secret.metadata.name, namespace } },
          // A host with or without a port: the registry adds the scheme.
          kubernetesApiEndpoints: [{ serverAddress: of.cluster.endpoint.apply((url) => new URL(url).host) }],
        },
      },
      { ...child, dependsOn: registry },
    );
    this.registerOutputs({});
  }
}
