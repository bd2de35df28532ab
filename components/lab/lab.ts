import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type BackendDriver, backends } from "../backends/backends";
import type { CniContext, Installed } from "../backends/common/backend";
import { namePart } from "../base/names";
import { pairsOf } from "../base/pairs";
import type { Cluster } from "../cluster/cluster";
import { EksCluster } from "../cluster/eks-cluster";
import { ExistingCluster } from "../cluster/existing-cluster";
import { isEks } from "../config/cluster";
import { Demo } from "../demo/demo";
import { demoNamespaces } from "../demo/namespaces";
import type { NatAddresses } from "../network/ingress-rules";
import { Network } from "../network/network";
import { Peering } from "../network/peering";
import type { EksClusterPlan, ExistingClusterPlan } from "../plan/cluster";
import { Trust } from "../trust/trust";
import type { LoadedLab } from "./load";
import { Region } from "./region";

/** A cluster's network, before the cluster is there. */
interface PlacedNetwork {
  readonly plan: EksClusterPlan;
  readonly network: Network;
  /** Provider of the cluster's region. */
  readonly provider: aws.Provider;
}

/**
 * The lab: networks, clusters and trust side by side, then the backend on every cluster, what joins each with each, and the
 * demo. Nothing waits for anything it does not use, on the way up or down.
 */
export class Lab extends pulumi.ComponentResource {
  /** The trust anchor and the clusters' authorities under it. */
  public readonly trust: Trust;
  /** Every cluster with the backend on it, in the order of their names. */
  public readonly installed: readonly Installed[];
  /** Public addresses of the NAT gateways of clusters that it makes. */
  public readonly natAddresses: NatAddresses;
  /** The demo's part on each cluster; empty when it is off. */
  public readonly demo: readonly Demo[];

  constructor(
    name: string,
    private readonly loaded: LoadedLab,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:index:Lab", name, {}, opts);
    const { plan } = loaded;
    for (const warning of plan.warnings) pulumi.log.warn(warning, this);
    this.trust = this.makeTrust();
    const networks = this.makeNetworks();
    this.natAddresses = new Map(networks.map(({ plan: { name: cluster }, network }) => [cluster, network.natAddress]));
    if (plan.config.interconnect === "peering") this.peer(networks);

    const backend = backends[plan.config.backend];
    const context: CniContext<unknown> = {
      lab: plan.name,
      config: plan.backendConfig,
      clusters: plan.clusters,
      trust: this.trust,
      natAddresses: this.natAddresses,
    };
    const clusters = this.makeClusters(networks, backend, context);
    const namespaces = demoNamespaces(clusters, plan.demo, this);
    const { installed, joins } = backend.join(clusters, { ...context, workloadNamespaces: namespaces }, this);
    this.installed = installed;
    this.demo = this.makeDemo(clusters, namespaces, joins);
    this.registerOutputs({});
  }

  private makeTrust(): Trust {
    const { name: lab, clusters, config } = this.loaded.plan;
    return new Trust("trust", { lab, clusters, settings: config.trust }, { parent: this });
  }

  /** One provider a region, and a network for each cluster that the lab makes. */
  private makeNetworks(): PlacedNetwork[] {
    const { config, name: lab, clusters } = this.loaded.plan;
    const { provider: settings } = this.loaded.aws;
    const made = clusters.filter(isEks);
    const names = [...new Set(made.map(({ region }) => region))];
    const regions = new Map(
      names.map((region) => [region, new Region(region, { lab, tags: config.tags, settings }, this)]),
    );
    return made.map((plan) => {
      const region = regions.get(plan.region);
      if (!region) throw new Error(`no provider was made for ${plan.region}`);
      const { provider, zones } = region;
      const network = new Network(plan.key, { plan, zones }, { parent: this, providers: [provider] });
      return { plan, network, provider };
    });
  }

  private peer(networks: readonly PlacedNetwork[]): void {
    const ends = networks.map(({ plan: { name, region, vpcCidr }, network, provider }) => ({
      name,
      region,
      vpcCidr,
      network,
      provider,
    }));
    for (const [a, b] of pairsOf(ends)) {
      new Peering(`${namePart(a.name)}-${namePart(b.name)}`, { lab: this.loaded.plan.name, a, b }, { parent: this });
    }
  }

  /** In the order of the plan. */
  private makeClusters(
    networks: readonly PlacedNetwork[],
    backend: BackendDriver,
    context: CniContext<unknown>,
  ): Cluster[] {
    return this.loaded.plan.clusters.map((plan) =>
      isEks(plan) ? this.makeEksCluster(plan, networks, backend, context) : this.takeIn(plan),
    );
  }

  private makeEksCluster(
    plan: EksClusterPlan,
    networks: readonly PlacedNetwork[],
    backend: BackendDriver,
    context: CniContext<unknown>,
  ): EksCluster {
    const placed = networks.find((each) => each.plan === plan);
    if (!placed) throw new Error(`no network was made for ${plan.name}`);
    return new EksCluster(
      plan.key,
      {
        plan,
        config: this.loaded.plan.config,
        network: placed.network,
        natAddresses: this.natAddresses,
        credentials: this.loaded.aws.credentials,
        installCni: (made) => backend.installCni(made, context, made),
      },
      { parent: this, providers: [placed.provider] },
    );
  }

  private takeIn(plan: ExistingClusterPlan): ExistingCluster {
    const found = this.loaded.existing.get(plan.name);
    if (!found) throw new Error(`nobody has asked ${plan.name}`);
    return new ExistingCluster(plan.key, { plan, found }, { parent: this });
  }

  private makeDemo(
    clusters: readonly Cluster[],
    namespaces: ReadonlyMap<string, pulumi.Output<string>>,
    joins: readonly pulumi.Resource[],
  ): Demo[] {
    const { demo } = this.loaded.plan;
    if (!demo) return [];
    return clusters.map((cluster) => {
      const installed = this.installed.find((each) => each.cluster === cluster);
      if (!installed) throw new Error(`the backend is not on ${cluster.plan.name}`);
      return new Demo(
        `${cluster.plan.key}-demo`,
        {
          plan: demo,
          cluster,
          ready: installed.ready,
          namespaces,
          natAddresses: this.natAddresses,
          redisPassword: this.trust.sharedKey("redis"),
          roots: this.trust.mark,
          joins,
        },
        { parent: this },
      );
    });
  }
}
