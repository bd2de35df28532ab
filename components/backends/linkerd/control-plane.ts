import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../../cluster/cluster";
import { labNamespace } from "../../cluster/lab-namespace";
import type { Chart } from "../../plan/chart";
import { AccountToken } from "../common/account-token";
import type { BackendContext } from "../common/backend";
import { gatewayService } from "../common/gateway-service";
import { installChart } from "../common/release";
import { linkerdCharts } from "./charts";
import type { LinkerdInstalled } from "./installed";
import {
  controlNamespace,
  issuerSecret,
  multiclusterNamespace,
  remoteAccount,
  remoteTokenSecret,
  vizNamespace,
} from "./names";
import type { LinkerdSettings } from "./settings";
import { controlPlaneValues, crdsValues, gatewayApiValues, multiclusterValues, vizValues } from "./values";

/**
 * Linkerd on one cluster: definitions first, then the cluster's own issuer and the control plane that reads it, then the
 * multicluster extension, whose pods the control plane's injector fills in.
 */
export class LinkerdControlPlane extends pulumi.ComponentResource implements LinkerdInstalled {
  public readonly gatewayAddress: pulumi.Output<string> | undefined;
  public readonly namespace: pulumi.Output<string>;
  public readonly multiclusterNamespace: pulumi.Output<string>;
  public readonly multicluster: pulumi.Resource;
  public readonly ready: readonly pulumi.Resource[];
  public readonly reader: AccountToken;

  constructor(
    private readonly prefix: string,
    public readonly cluster: Cluster,
    private readonly context: BackendContext<LinkerdSettings>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:linkerd:ControlPlane", prefix, {}, opts);
    this.namespace = this.controlPlaneNamespace();
    this.multiclusterNamespace = this.makeNamespace("-multicluster", multiclusterNamespace, {
      "linkerd.io/extension": "multicluster",
    });
    const issuer = this.issuer();
    const definitions = this.definitions();
    const controlPlane = this.controlPlane([definitions, issuer, ...cluster.nodes]);
    this.multicluster = this.multiclusterExtension(controlPlane);
    this.ready = [controlPlane];
    if (context.config.own.viz) this.vizExtension(controlPlane);
    this.reader = this.readerToken();
    this.gatewayAddress = gatewayService(
      `${prefix}-gateway`,
      { cluster, natAddresses: context.natAddresses, namespace: this.multiclusterNamespace },
      { parent: this },
    )?.address;
    this.registerOutputs({ gatewayAddress: this.gatewayAddress });
  }

  private get child() {
    return { parent: this, provider: this.cluster.provider };
  }

  private controlPlaneNamespace(): pulumi.Output<string> {
    return this.makeNamespace(
      "",
      controlNamespace,
      {
        "linkerd.io/is-control-plane": "true",
        "linkerd.io/control-plane-ns": controlNamespace,
        // Webhooks that the control plane's own pods answer must not be asked about these pods.
        "config.linkerd.io/admission-webhooks": "disabled",
      },
      { "linkerd.io/inject": "disabled" },
    );
  }

  /** The cluster's own authority as the control plane reads it. */
  private issuer(): pulumi.Resource {
    const { trust } = this.context;
    const authority = trust.intermediate(this.cluster.plan.name);
    return new k8s.core.v1.Secret(
      `${this.prefix}-issuer`,
      {
        metadata: { name: issuerSecret, namespace: this.namespace },
        type: "kubernetes.io/tls",
        stringData: { "tls.crt": authority.certificate, "tls.key": authority.privateKey, "ca.crt": trust.trusted },
      },
      this.child,
    );
  }

  /** The Gateway API's kinds, and Linkerd's own. */
  private definitions(): pulumi.Resource {
    const gatewayApi = this.chart("gateway-api", linkerdCharts.gatewayApi, this.namespace, gatewayApiValues, []);
    return this.chart("linkerd-crds", linkerdCharts.crds, this.namespace, crdsValues, [gatewayApi]);
  }

  private controlPlane(after: pulumi.Resource[]): pulumi.Resource {
    const values = controlPlaneValues(this.context.trust.trusted);
    return this.chart("linkerd-control-plane", linkerdCharts.controlPlane, this.namespace, values, after);
  }

  /** Its pods are filled in by the control plane's webhook, which lets them pass as they are while it is not there. */
  private multiclusterExtension(controlPlane: pulumi.Resource): pulumi.Resource {
    const values = multiclusterValues(this.cluster.plan.name, this.context.config, this.context.trust.mark);
    const { multicluster } = linkerdCharts;
    return this.chart("linkerd-multicluster", multicluster, this.multiclusterNamespace, values, [controlPlane]);
  }

  private vizExtension(controlPlane: pulumi.Resource): void {
    const namespace = this.makeNamespace("-viz", vizNamespace, { "linkerd.io/extension": "viz" });
    this.chart("linkerd-viz", linkerdCharts.viz, namespace, vizValues(this.context.trust.mark), [controlPlane]);
  }

  /** With which peers read this cluster. */
  private readerToken(): AccountToken {
    return new AccountToken(
      `${this.prefix}-reader`,
      {
        cluster: this.cluster,
        namespace: this.multiclusterNamespace,
        account: remoteAccount,
        secret: remoteTokenSecret,
        number: this.context.config.trust.tokens,
        after: this.multicluster,
      },
      { parent: this },
    );
  }

  private chart(
    release: string,
    chart: Chart,
    namespace: pulumi.Output<string>,
    values: pulumi.Inputs,
    dependsOn: pulumi.Resource[],
  ): pulumi.Resource {
    return installChart(
      `${this.prefix}-${release.replace(/^linkerd-/, "")}`,
      { chart, release, namespace, values, sources: this.context.config, on: this.cluster },
      { ...this.child, dependsOn },
    );
  }

  private makeNamespace(
    suffix: string,
    namespace: string,
    labels: Readonly<Record<string, string>>,
    annotations: Readonly<Record<string, string>> = {},
  ): pulumi.Output<string> {
    return labNamespace(
      `${this.prefix}${suffix}`,
      {
        cluster: this.cluster,
        namespace,
        // The proxies' init containers set up packet filters, which other levels forbid.
        labels: { ...labels, "pod-security.kubernetes.io/enforce": "privileged" },
        annotations,
      },
      { parent: this },
    );
  }
}
