import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { BalancerService } from "../../cluster/balancer-service";
import type { Cluster } from "../../cluster/cluster";
import { isExisting } from "../../config/cluster";
import type { Chart } from "../../plan/chart";
import { AccountToken } from "../common/account-token";
import type { BackendContext } from "../common/backend";
import { requiredGatewayService } from "../common/gateway-service";
import { authoritySecret } from "../common/istio/authority";
import { meshNamespace } from "../common/istio/mesh-namespace";
import { crossNetworkPort, gatewayName } from "../common/istio/names";
import { type MeshMember, readerAccount, readerTokenSecret } from "../common/istio/remote-secret";
import { installChart } from "../common/release";
import { istioCharts } from "./charts";
import { gatewaySelector } from "./profile";
import type { IstioSettings } from "./settings";
import { gatewayValues, istiodValues } from "./values";

/**
 * Istio on one cluster: the cluster's own certificate authority first, since istiod makes one of its own when it finds
 * none; then the control plane, the east-west gateway, and the hosts that peers may reach through it.
 */
export class IstioControlPlane extends pulumi.ComponentResource implements MeshMember {
  public readonly gatewayAddress: pulumi.Output<string>;
  public readonly namespace: pulumi.Output<string>;
  public readonly istiod: pulumi.Resource;
  public readonly ready: readonly pulumi.Resource[];
  public readonly reader: AccountToken;

  constructor(
    private readonly prefix: string,
    public readonly cluster: Cluster,
    private readonly context: BackendContext<IstioSettings>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:istio:ControlPlane", prefix, {}, opts);
    this.namespace = meshNamespace(prefix, cluster, this);
    const authority = this.authority();
    const base = this.chart("base", "istio-base", istioCharts.base, {}, []);
    this.reader = this.readerToken(base);
    this.istiod = this.controlPlane([base, authority, ...cluster.nodes]);
    this.ready = [this.istiod];
    this.gateway();
    this.gatewayAddress = this.gatewayService().address;
    this.exposeHosts();
    this.registerOutputs({ gatewayAddress: this.gatewayAddress });
  }

  private get child() {
    return { parent: this, provider: this.cluster.provider };
  }

  private authority(): pulumi.Resource {
    return authoritySecret(
      `${this.prefix}-cacerts`,
      { trust: this.context.trust, cluster: this.cluster.plan.name, namespace: this.namespace },
      this.child,
    );
  }

  /** With which peers read this cluster. */
  private readerToken(base: pulumi.Resource): AccountToken {
    return new AccountToken(
      `${this.prefix}-reader`,
      {
        cluster: this.cluster,
        namespace: this.namespace,
        account: readerAccount,
        secret: readerTokenSecret,
        number: this.context.config.trust.tokens,
        after: base,
      },
      { parent: this },
    );
  }

  private controlPlane(after: pulumi.Resource[]): pulumi.Resource {
    const { lab: mesh, clusters, trust } = this.context;
    const { plan } = this.cluster;
    const values = istiodValues({
      mesh,
      cluster: plan.name,
      stays: isExisting(plan),
      clusters,
      roots: trust.mark,
    });
    return this.chart("istiod", "istiod", istioCharts.istiod, values, after);
  }

  /** The pods of the east-west gateway: they are filled in by istiod's webhook. */
  private gateway(): void {
    this.chart("gateway", gatewayName, istioCharts.gateway, gatewayValues(this.cluster.plan.name), [this.istiod]);
  }

  private gatewayService(): BalancerService {
    const { natAddresses } = this.context;
    return requiredGatewayService(
      `${this.prefix}-gateway`,
      { cluster: this.cluster, namespace: this.namespace, natAddresses },
      { parent: this },
    );
  }

  /** What peers may reach through the gateway. */
  private exposeHosts(): void {
    new k8s.apiextensions.CustomResource(
      `${this.prefix}-cross-network`,
      {
        apiVersion: "networking.istio.io/v1",
        kind: "Gateway",
        metadata: { name: "cross-network-gateway", namespace: this.namespace },
        spec: {
          selector: { ...gatewaySelector },
          servers: [
            {
              port: { number: crossNetworkPort, name: "tls", protocol: "TLS" },
              // The gateway passes on what is encrypted between sidecars and cannot read it.
              tls: { mode: "AUTO_PASSTHROUGH" },
              hosts: this.context.config.own.exposedHosts,
            },
          ],
        },
      },
      { ...this.child, dependsOn: this.istiod },
    );
  }

  private chart(
    suffix: string,
    release: string,
    chart: Chart,
    values: pulumi.Inputs,
    dependsOn: pulumi.Resource[],
  ): pulumi.Resource {
    return installChart(
      `${this.prefix}-${suffix}`,
      { chart, release, namespace: this.namespace, values, sources: this.context.config, on: this.cluster },
      { ...this.child, dependsOn },
    );
  }
}
