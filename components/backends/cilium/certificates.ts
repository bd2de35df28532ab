import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../../cluster/cluster";
import type { LeafArgs } from "../../trust/leaf";
import type { Trust } from "../../trust/trust";
import {
  ciliumNamespace,
  hubbleHost,
  hubbleRelaySecret,
  hubbleServerSecret,
  meshServerHost,
  remoteUser,
} from "./names";

/**
 * The mesh's certificates, as leaves of the cluster's intermediate with the names that Cilium looks for (cilium 1.20.0,
 * templates/clustermesh-apiserver/_helpers.tpl). The chart's own would be new at every rendering. They go into Secrets that
 * the chart's pods wait for, or pick up when they come.
 */
export class MeshCertificates extends pulumi.ComponentResource {
  constructor(
    name: string,
    args: {
      readonly cluster: Cluster;
      readonly trust: Trust;
      /** The load balancer's name, by which the peers call the mesh's API server. */
      readonly address: pulumi.Input<string>;
      readonly hubble: boolean;
    },
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:cilium:MeshCertificates", name, {}, opts);
    const { cluster, trust } = args;
    const clusterName = cluster.plan.name;
    const issue = (what: string, secret: string, leaf: LeafArgs) => {
      const { secretData } = trust.leaf(`${name}-${what}`, clusterName, leaf, { parent: this });
      new k8s.core.v1.Secret(
        `${name}-${what}`,
        {
          metadata: { name: secret, namespace: ciliumNamespace },
          type: "kubernetes.io/tls",
          stringData: secretData,
        },
        { parent: this, provider: cluster.provider },
      );
    };

    issue("server", "clustermesh-apiserver-server-cert", {
      commonName: meshServerHost,
      // Where everybody else has only the first two, and peers then refuse the load balancer's name.
      dnsNames: [meshServerHost, "*.mesh.cilium.io", args.address],
      ipAddresses: ["127.0.0.1", "::1"],
      uses: ["server_auth"],
    });
    // Clients are known by their common name, which etcd takes for the user's.
    for (const [what, commonName] of [
      ["admin", `admin-${clusterName}`],
      ["local", `local-${clusterName}`],
      ["remote", remoteUser(clusterName)],
    ] as const) {
      issue(what, `clustermesh-apiserver-${what}-cert`, { commonName, uses: ["client_auth"] });
    }
    if (args.hubble) {
      const agents = hubbleHost("*", clusterName);
      issue("hubble-server", hubbleServerSecret, {
        commonName: agents,
        dnsNames: [agents],
        uses: ["server_auth", "client_auth"],
      });
      issue("hubble-relay", hubbleRelaySecret, {
        commonName: "*.hubble-relay.cilium.io",
        dnsNames: ["*.hubble-relay.cilium.io"],
        uses: ["client_auth"],
      });
    }
    this.registerOutputs({});
  }
}
