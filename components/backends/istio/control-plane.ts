import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { BalancerService } from "../../cluster/balancer-service";
import type { Cluster } from "../../cluster/cluster";
import { isExisting } from "../../config/cluster";
import type { Chart } from "../../plan/chart";
import { AccountToken } from "../common/account-token";
import type { BackendContext } from "../common/backend";
import { authoritySecret } from "../common/istio/authority";
import { meshNamespace } from "../common/istio/mesh-namespace";
import { gatewayName } from "../common/istio/names";
import { type MeshMember, readerAccount, readerTokenSecret } from "../common/istio/remote-secret";
import { installChart } from "../common/release";
import { type AmbientArgs, carriers, gatewayDefinitions, hboneGatewayOn, knownGateway } from "./ambient";
import { istioCharts } from "./charts";
import { type EastWestGatewayArgs, eastWestGateway, exposedHosts } from "./gateway";
import { controlledFrom, hasGateways, isAmbient, networkIn } from "./models";
import { discoveryBalancer, discoveryPort, remoteDiscovery, ztunnel } from "./names";
import type { IstioSettings } from "./settings";
import { istiodValues } from "./values";

/**
 * Istio on one cluster: the cluster's own certificate authority first, since istiod makes one of its own when it finds
 * none; then the control plane, the east-west gateway, and the hosts that peers may reach through it.
 *
 * On a remote the istiod fills in pods and nothing else, since an API server on EKS calls webhooks of no Service that stands
 * for a host name (istio#45014). Proxies there go by another cluster's istiod, and come after it knows this one: see `follow`.
 */
export class IstioControlPlane extends pulumi.ComponentResource implements MeshMember {
  public readonly gatewayAddress: pulumi.Output<string> | undefined;
  public readonly controlledFrom: string | undefined;
  public readonly carrier: string | undefined;
  public readonly namespace: pulumi.Output<string>;
  public readonly istiod: pulumi.Resource;
  public readonly ready: pulumi.Resource[];
  public readonly reader: AccountToken;
  /** Where proxies of remotes come to its istiod. */
  private readonly discoveryAddress: pulumi.Output<string> | undefined;

  constructor(
    private readonly prefix: string,
    public readonly cluster: Cluster,
    private readonly context: BackendContext<IstioSettings>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:istio:ControlPlane", prefix, {}, opts);
    const { name } = cluster.plan;
    const serving = controlledFrom(name, context.config);
    this.controlledFrom = serving === name ? undefined : serving;
    this.namespace = meshNamespace(prefix, cluster, networkIn(name, context.config), this);
    const authority = this.authority();
    const base = this.chart("base", "istio-base", istioCharts.base, {}, []);
    this.reader = this.readerToken(base);
    const ambient = isAmbient(context.config);
    this.carrier = ambient ? ztunnel : undefined;
    const definitions = ambient ? [gatewayDefinitions(prefix, this.ambientArgs, this)] : [];
    this.istiod = this.controlPlane([base, authority, ...definitions, ...cluster.nodes]);
    this.ready = [this.istiod];
    this.gatewayAddress = this.balancer(gatewayName, "gateway");
    this.discoveryAddress = this.balancer(discoveryBalancer, "discovery");
    if (ambient) {
      this.ready.push(...carriers(prefix, { ...this.ambientArgs, istiod: this.istiod }, this));
      hboneGatewayOn(prefix, this.ambientArgs, this.ready, this);
    } else if (!this.controlledFrom && hasGateways(context.config)) {
      eastWestGateway(`${prefix}-gateway`, this.gatewayArgs, this);
      exposedHosts(`${prefix}-cross-network`, this.gatewayArgs, this);
    }
    this.registerOutputs(this.gatewayAddress ? { gatewayAddress: this.gatewayAddress } : {});
  }

  /**
   * Lets proxies go by the primary's istiod: the name under which they call it, and those of the gateway.
   *
   * @param knows by what the primary knows this cluster: it serves nobody whose token it cannot have reviewed here
   */
  follow(primary: IstioControlPlane, knows: pulumi.Resource): void {
    if (!primary.discoveryAddress) throw new Error(`the plan of ${primary.cluster.plan.name} has no way to its istiod`);
    const service = new k8s.core.v1.Service(
      `${this.prefix}-discovery`,
      {
        metadata: { name: remoteDiscovery, namespace: this.namespace },
        spec: {
          type: "ExternalName",
          externalName: primary.discoveryAddress,
          ports: [{ name: "tls-istiod", port: discoveryPort, protocol: "TCP" }],
        },
      },
      this.child,
    );
    this.ready.push(primary.istiod, knows, service);
    if (hasGateways(this.context.config)) eastWestGateway(`${this.prefix}-gateway`, this.gatewayArgs, this);
  }

  /** Tells its istiod where a peer's gateway is, where istiod would not find its load balancer itself. */
  meet({ cluster: { plan }, gatewayAddress }: IstioControlPlane): void {
    if (!isAmbient(this.context.config)) return;
    if (!gatewayAddress) throw new Error(`the plan of ${plan.name} has no load balancer for its peers`);
    const args = { here: this, peer: plan.name, address: gatewayAddress };
    knownGateway(`${this.prefix}-gateway-of-${plan.key}`, args, this);
  }

  private get ambientArgs(): AmbientArgs {
    return { cluster: this.cluster, namespace: this.namespace, sources: this.context.config };
  }

  private get child() {
    return { parent: this, provider: this.cluster.provider };
  }

  private get gatewayArgs(): EastWestGatewayArgs {
    const { cluster, namespace, ready } = this;
    return { cluster, namespace, config: this.context.config, after: ready };
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
    const { lab: mesh, clusters, trust, config } = this.context;
    const { plan } = this.cluster;
    const values = istiodValues({
      mesh,
      cluster: plan.name,
      network: networkIn(plan.name, config),
      isRemote: this.controlledFrom !== undefined,
      ambient: isAmbient(config),
      stays: isExisting(plan),
      clusters,
      roots: trust.mark,
    });
    return this.chart("istiod", "istiod", istioCharts.istiod, values, after);
  }

  /** A planned way in. @returns its address; undefined where the plan has none of the name */
  private balancer(name: string, suffix: string): pulumi.Output<string> | undefined {
    const { cluster, namespace } = this;
    const { natAddresses } = this.context;
    const balancer = cluster.plan.balancers.find((each) => each.name === name);
    if (!balancer) return undefined;
    return new BalancerService(
      `${this.prefix}-${suffix}`,
      { balancer, cluster, namespace, natAddresses },
      { parent: this },
    ).address;
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
