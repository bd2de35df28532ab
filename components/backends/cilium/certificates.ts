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

/** For whom certificates are made. */
export interface MeshCertificatesArgs {
  /** The cluster whose agents and API server show them. */
  readonly cluster: Cluster;
  /** Issues them, by the cluster's intermediate. */
  readonly trust: Trust;
  /** The load balancer's name, by which the peers call the mesh's API server. */
  readonly address: pulumi.Input<string>;
  /** Whether agents and relay of Hubble need some too. */
  readonly hubble: boolean;
}

/**
 * The mesh's certificates, as leaves of the cluster's intermediate with the names that Cilium looks for (cilium 1.20.2,
 * templates/clustermesh-apiserver/_helpers.tpl). The chart's own would be new at every rendering. They go into Secrets that
 * the chart's pods wait for, or pick up when they come.
 */
export class MeshCertificates extends pulumi.ComponentResource {
  constructor(
    private readonly prefix: string,
    private readonly args: MeshCertificatesArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:cilium:MeshCertificates", prefix, {}, opts);
    this.server();
    this.clients();
    if (args.hubble) this.hubble();
    this.registerOutputs({});
  }

  private server(): void {
    this.issue("server", "clustermesh-apiserver-server-cert", {
      commonName: meshServerHost,
      // Where everybody else has only the first two, and peers then refuse the load balancer's name.
      dnsNames: [meshServerHost, "*.mesh.cilium.io", this.args.address],
      ipAddresses: ["127.0.0.1", "::1"],
      uses: ["server_auth"],
    });
  }

  /** Clients are known by their common name, which etcd takes for the user's. */
  private clients(): void {
    const { name } = this.args.cluster.plan;
    for (const [what, commonName] of [
      ["admin", `admin-${name}`],
      ["local", `local-${name}`],
      ["remote", remoteUser(name)],
    ] as const) {
      this.issue(what, `clustermesh-apiserver-${what}-cert`, { commonName, uses: ["client_auth"] });
    }
  }

  private hubble(): void {
    const agents = hubbleHost("*", this.args.cluster.plan.name);
    this.issue("hubble-server", hubbleServerSecret, {
      commonName: agents,
      dnsNames: [agents],
      uses: ["server_auth", "client_auth"],
    });
    this.issue("hubble-relay", hubbleRelaySecret, {
      commonName: "*.hubble-relay.cilium.io",
      dnsNames: ["*.hubble-relay.cilium.io"],
      uses: ["client_auth"],
    });
  }

  private issue(what: string, secret: string, leaf: LeafArgs): void {
    const { cluster, trust } = this.args;
    const name = `${this.prefix}-${what}`;
    const { secretData } = trust.leaf(name, cluster.plan.name, leaf, { parent: this });
    new k8s.core.v1.Secret(
      name,
      { metadata: { name: secret, namespace: ciliumNamespace }, type: "kubernetes.io/tls", stringData: secretData },
      { parent: this, provider: cluster.provider },
    );
  }
}
