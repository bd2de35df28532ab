import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { BalancerService } from "../../cluster/balancer-service";
import type { Cluster } from "../../cluster/cluster";
import type { Network } from "../../network/network";
import { AccountToken } from "../common/account-token";
import type { Backend, BackendContext, Installed } from "../common/backend";
import { installChart } from "../common/release";
import { linkerdCharts } from "./charts";
import { federates } from "./exports";
import { Link } from "./link";
import { mirrors } from "./modes";
import {
  controlNamespace,
  issuerSecret,
  multiclusterNamespace,
  remoteAccount,
  remoteTokenSecret,
  vizNamespace,
} from "./names";
import { linkerdProfile } from "./profile";
import { controlPlaneValues, crdsValues, gatewayApiValues, multiclusterValues, vizValues } from "./values";

/** A cluster with Linkerd on it. */
export interface LinkerdInstalled extends Installed {
  /** Namespace of the control plane. */
  readonly namespace: pulumi.Output<string>;
  readonly multiclusterNamespace: pulumi.Output<string>;
  /** Definition of Links, and the controllers that serve them. */
  readonly multicluster: pulumi.Resource;
  /** With which peers read this cluster. */
  readonly reader: AccountToken;
}

/**
 * Linkerd on one cluster: definitions first, then the cluster's own issuer and the control plane that reads it, then the
 * multicluster extension, whose pods the control plane's injector fills in.
 */
class LinkerdControlPlane extends pulumi.ComponentResource implements LinkerdInstalled {
  public readonly gatewayAddress: pulumi.Output<string> | undefined;
  public readonly namespace: pulumi.Output<string>;
  public readonly multiclusterNamespace: pulumi.Output<string>;
  public readonly multicluster: pulumi.Resource;
  public readonly ready: readonly pulumi.Resource[];
  public readonly reader: AccountToken;

  constructor(
    name: string,
    public readonly cluster: Cluster,
    network: Network,
    { plan, trust, natAddresses }: BackendContext,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:linkerd:ControlPlane", name, {}, opts);
    const child = { parent: this, provider: cluster.provider };
    const clusterName = cluster.plan.name;
    const { mirror } = plan.config.charts;

    this.namespace = this.makeNamespace(
      name,
      controlNamespace,
      {
        "linkerd.io/is-control-plane": "true",
        "linkerd.io/control-plane-ns": controlNamespace,
        // Webhooks that the control plane's own pods answer must not be asked about these pods.
        "config.linkerd.io/admission-webhooks": "disabled",
      },
      { "linkerd.io/inject": "disabled" },
    );
    this.multiclusterNamespace = this.makeNamespace(`${name}-multicluster`, multiclusterNamespace, {
      "linkerd.io/extension": "multicluster",
    });

    const authority = trust.intermediate(clusterName);
    const issuer = new k8s.core.v1.Secret(
      `${name}-issuer`,
      {
        metadata: { name: issuerSecret, namespace: this.namespace },
        type: "kubernetes.io/tls",
        stringData: { "tls.crt": authority.certificate, "tls.key": authority.privateKey, "ca.crt": trust.root },
      },
      child,
    );

    const gatewayApi = installChart(
      `${name}-gateway-api`,
      {
        chart: linkerdCharts.gatewayApi,
        release: "gateway-api",
        namespace: this.namespace,
        values: gatewayApiValues,
        mirror,
      },
      child,
    );
    const crds = installChart(
      `${name}-crds`,
      { chart: linkerdCharts.crds, release: "linkerd-crds", namespace: this.namespace, values: crdsValues, mirror },
      { ...child, dependsOn: gatewayApi },
    );
    const controlPlane = installChart(
      `${name}-control-plane`,
      {
        chart: linkerdCharts.controlPlane,
        release: "linkerd-control-plane",
        namespace: this.namespace,
        values: controlPlaneValues(trust.root),
        mirror,
      },
      { ...child, dependsOn: [crds, issuer, ...cluster.nodes] },
    );
    const multicluster = installChart(
      `${name}-multicluster`,
      {
        chart: linkerdCharts.multicluster,
        release: "linkerd-multicluster",
        namespace: this.multiclusterNamespace,
        values: multiclusterValues(clusterName, plan.config),
        mirror,
      },
      // Its pods are filled in by the control plane's webhook, which lets them pass as they are while it is not there.
      { ...child, dependsOn: controlPlane },
    );
    this.multicluster = multicluster;
    this.ready = [controlPlane];
    if (plan.config.linkerd.viz) {
      const namespace = this.makeNamespace(`${name}-viz`, vizNamespace, { "linkerd.io/extension": "viz" });
      installChart(
        `${name}-viz`,
        { chart: linkerdCharts.viz, release: "linkerd-viz", namespace, values: vizValues, mirror },
        { ...child, dependsOn: controlPlane },
      );
    }
    this.reader = new AccountToken(
      `${name}-reader`,
      { namespace: this.multiclusterNamespace, account: remoteAccount, secret: remoteTokenSecret },
      { ...child, dependsOn: multicluster },
    );

    const [balancer] = cluster.plan.balancers;
    if (balancer) {
      const service = new BalancerService(
        `${name}-gateway`,
        { balancer, cluster, network, namespace: this.multiclusterNamespace, natAddresses },
        { parent: this },
      );
      this.gatewayAddress = service.address;
    }
    this.registerOutputs({ gatewayAddress: this.gatewayAddress });
  }

  private makeNamespace(
    name: string,
    namespace: string,
    labels: Readonly<Record<string, string>>,
    annotations: Readonly<Record<string, string>> = {},
  ): pulumi.Output<string> {
    const made = new k8s.core.v1.Namespace(
      name,
      {
        metadata: {
          name: namespace,
          // The proxies' init containers set up packet filters, which other levels forbid.
          labels: { ...labels, "pod-security.kubernetes.io/enforce": "privileged" },
          annotations: { ...annotations },
        },
      },
      { parent: this, provider: this.cluster.provider },
    );
    return made.metadata.name;
  }
}

/** Linkerd, with links in the directions that the configuration names. */
export const linkerd: Backend<LinkerdInstalled> = {
  profile: linkerdProfile,
  install: (cluster, network, context, parent) =>
    new LinkerdControlPlane(`${cluster.plan.name}-linkerd`, cluster, network, context, { parent }),
  joinPair: (here, peer, { plan }, parent) => {
    if (!mirrors(here.cluster.plan.name, plan.config)) return [];
    const name = `${here.cluster.plan.name}-linkerd-link-${peer.cluster.plan.name}`;
    // Mirrors go when the Service's label goes, and only while there is a Link.
    const { link } = new Link(
      name,
      { here, peer, mode: plan.config.linkerd.mode, federated: federates(plan.config) },
      { parent },
    );
    return [link];
  },
};
