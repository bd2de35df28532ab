import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { backends } from "../backends/backends";
import type { Installed } from "../backends/common/backend";
import { backendProfiles } from "../backends/profiles";
import { Cluster } from "../cluster/cluster";
import { Demo } from "../demo/demo";
import { demoNamespaces } from "../demo/namespaces";
import type { NatAddresses } from "../network/ingress-rules";
import { Network } from "../network/network";
import { Peering } from "../network/peering";
import { availabilityZones } from "../network/zones";
import { Trust } from "../trust/trust";
import type { LabPlan } from "./plan";

/**
 * The lab: networks, clusters and trust side by side, then the backend on every cluster, what joins each with each, and the
 * demo.
 * Nothing waits for anything it does not use, on the way up or down.
 */
export class Lab extends pulumi.ComponentResource {
  public readonly trust: Trust;
  public readonly installed: readonly Installed[];
  public readonly natAddresses: NatAddresses;
  /** The demo's part on each cluster; empty when it is off. */
  public readonly demo: readonly Demo[];

  constructor(name: string, plan: LabPlan, opts?: pulumi.ComponentResourceOptions) {
    super("multicluster-lab:index:Lab", name, {}, opts);
    const { config } = plan;
    for (const warning of backendProfiles[config.backend].warnings?.(config) ?? []) pulumi.log.warn(warning, this);
    const regions = new Map(
      [...new Set(config.clusters.map(({ region }) => region))].map((region) => [region, inRegion(region, plan, this)]),
    );
    const at = (region: string) => {
      const found = regions.get(region);
      if (!found) throw new Error(`no provider was made for ${region}`);
      return found;
    };

    this.trust = new Trust(
      "trust",
      { lab: plan.name, clusters: plan.clusters, settings: config.trust },
      { parent: this },
    );

    const sites = plan.clusters.map((cluster) => {
      const { provider, zones } = at(cluster.region);
      const network = new Network(cluster.name, { plan: cluster, zones }, { parent: this, providers: [provider] });
      return { plan: cluster, network, provider };
    });
    const natAddresses = new Map(sites.map((site) => [site.plan.name, site.network.natAddress]));
    this.natAddresses = natAddresses;

    if (config.interconnect === "peering") {
      const end = (clusterName: string) => {
        const site = sites.find((each) => each.plan.name === clusterName);
        if (!site) throw new Error(`the plan pairs ${clusterName}, which it does not have`);
        return { ...site, name: clusterName, region: site.plan.region, vpcCidr: site.plan.vpcCidr };
      };
      for (const { a, b } of plan.pairs) new Peering(`${a}-${b}`, { a: end(a), b: end(b) }, { parent: this });
    }

    const backend = backends[config.backend];
    const before = { plan, trust: this.trust, natAddresses };
    const clusters = sites.map(({ plan: cluster, network, provider }) => ({
      network,
      cluster: new Cluster(
        cluster.name,
        {
          plan: cluster,
          config,
          network,
          natAddresses,
          installCni: (made) => backend.installCni(made, network, before, made),
        },
        { parent: this, providers: [provider] },
      ),
    }));

    const namespaces = demoNamespaces(
      clusters.map(({ cluster }) => cluster),
      plan.demo,
      this,
    );
    const { installed, joins } = backend.join(clusters, { ...before, demoNamespaces: namespaces }, this);
    this.installed = installed;

    const { demo } = plan;
    this.demo = demo
      ? clusters.flatMap(({ cluster, network }) =>
          installed
            .filter((site) => site.cluster === cluster)
            .map((site) => {
              const args = {
                plan: demo,
                site,
                network,
                namespaces,
                natAddresses,
                redisPassword: this.trust.sharedKey("redis"),
                joins,
              };
              return new Demo(`${cluster.plan.name}-demo`, args, { parent: this });
            }),
        )
      : [];
    this.registerOutputs({});
  }
}

function inRegion(region: string, plan: LabPlan, parent: pulumi.Resource) {
  const provider = new aws.Provider(
    region,
    { region: region as aws.Region, defaultTags: { tags: { ...plan.config.tags, "multicluster-lab": plan.name } } },
    { parent },
  );
  return { provider, zones: availabilityZones(provider) };
}
