/** What a backend comes to with the settings of a lab: everything is read from its plan and its profile. */
import { type BackendName, profileOf } from "../../components/backends/profiles";
import type { KubernetesVersion } from "../../components/base/kubernetes-versions";
import { isEks } from "../../components/config/cluster";
import { redisCart } from "../../components/demo/boutique";
import type { NamingRow } from "../../components/demo/naming";
import { demoNamespace } from "../../components/demo/workload";
import type { LabPlan } from "../../components/lab/plan";
import type { BalancerPlan } from "../../components/plan/balancer";
import type { CallEncryption } from "../../components/plan/encryption";
import type { Affinity } from "../../components/plan/exports";
import type { ClusterDemands, ManualJoin } from "../../components/plan/joining";
import type { MtuPlan } from "../../components/plan/mtu";
import type { Networking } from "../../components/plan/networking";
import type { PricePlan } from "../../components/plan/price";
import { type ApiReader, apiReaders, type OpenPort, openApiServers, openPorts } from "./crossings";
import { type BackendLoad, backendLoad } from "./load";

/** The facts of one backend. */
export interface BackendFacts {
  readonly charts: readonly { readonly name: string; readonly version: string }[];
  readonly kubernetesVersions: readonly KubernetesVersion[];
  readonly price: PricePlan;
  /** In the whole lab: for the peers, and for people who visit the demo. */
  readonly loadBalancers: { readonly forPeers: number; readonly forPeople: number };
  /** Ingress rules of the nodes' security group, on the cluster with the most. */
  readonly securityGroupRules: number;
  /** What crosses between clusters, API servers apart. */
  readonly ports: readonly OpenPort[];
  readonly apiReaders: readonly ApiReader[];
  /** Names of clusters whose API server everybody may reach. */
  readonly openApiServers: readonly string[];
  /** The same on every cluster. */
  readonly mtu: MtuPlan;
  readonly encryption: CallEncryption;
  /** By what the demo keeps others out. */
  readonly accessControl: string;
  /** What the lab's root does not vouch for, if there is anything. */
  readonly trustNote: string | undefined;
  /** How the demo's Redis is called from other clusters; undefined when none calls it. */
  readonly redis: NamingRow | undefined;
  readonly globalService: {
    /** The default first; empty when there is none. */
    readonly affinities: readonly Affinity[];
    readonly limits: string | undefined;
  };
  readonly clusters: ClusterDemands & {
    readonly cni: "AWS's" | "its own" | "the clusters'";
    /** Whether clusters may have the same addresses of pods and Services. */
    readonly sameAddresses: boolean;
  };
  readonly load: BackendLoad;
  readonly byHand: {
    readonly upstream: ManualJoin;
    /** Commands with which this program does the same, clusters included. */
    readonly here: readonly string[];
  };
  readonly warnings: readonly string[];
}

/**
 * The facts that a plan has.
 *
 * @param here commands with which the lab is built
 */
export function factsOf(plan: LabPlan, here: readonly string[]): BackendFacts {
  const { config, backendConfig, networking, clusters } = plan;
  const profile = profileOf(config.backend satisfies BackendName);
  const { affinities, limits, accessControl } = profile.exporter(backendConfig);
  const [first] = clusters;
  if (!first) throw new Error("a lab without clusters");
  return {
    charts: Object.values(plan.charts).map(({ name, version }) => ({ name, version })),
    kubernetesVersions: profile.kubernetesVersions,
    price: plan.price,
    loadBalancers: {
      forPeers: clusters.flatMap(({ balancers }) => balancers).filter(isBalancer).length,
      forPeople: clusters.flatMap(({ frontDoor }) => frontDoor ?? []).filter(isBalancer).length,
    },
    securityGroupRules: Math.max(...clusters.map(({ ingressRules }) => ingressRules.length)),
    ports: openPorts(plan),
    apiReaders: apiReaders(plan),
    openApiServers: openApiServers(plan),
    mtu: first.mtu,
    encryption: profile.encryption(backendConfig),
    accessControl,
    trustNote: plan.trustNote,
    redis: plan.naming.find(({ service }) => service === `${redisCart}.${demoNamespace}`),
    globalService: { affinities, limits },
    clusters: {
      ...profile.demands(backendConfig),
      cni: cniOf(networking, config.clusters.some(isEks)),
      sameAddresses: profile.sharedAddresses?.(backendConfig).allowed ?? false,
    },
    load: backendLoad(plan),
    byHand: { upstream: profile.byHand, here },
    warnings: plan.warnings,
  };
}

/** Node ports are none. */
function isBalancer({ way }: BalancerPlan): boolean {
  return way.kind !== "node-ports";
}

/** @param made whether the lab makes any cluster */
function cniOf({ cni }: Networking, made: boolean): BackendFacts["clusters"]["cni"] {
  if (!made) return "the clusters'";
  return cni === "chart" ? "its own" : "AWS's";
}
