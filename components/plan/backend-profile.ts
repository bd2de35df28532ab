/**
 * The contract between plan and backends: a backend's description as plain data and pure functions. It knows the common
 * settings, its own, and what the workload exports; never those of other backends.
 */
import type { z } from "zod";
import type { ConfigMistake } from "../base/config-mistakes";
import type { KubernetesVersion } from "../base/kubernetes-versions";
import type { ClusterConfig, EksClusterConfig } from "../config/cluster";
import type { CommonConfig } from "../config/common";
import type { SharedAddresses } from "../config/cross-checks";
import type { Balancer } from "./balancer";
import type { Chart } from "./chart";
import type { CallEncryption } from "./encryption";
import type { ServiceExporter } from "./exports";
import type { Flow } from "./flows";
import type { ClusterDemands, ManualJoin } from "./joining";
import type { DnsForward, ExtraNodeGroup, Networking } from "./networking";
import type { OwnCommand } from "./own-command";
import type { PodDemand, Resources } from "./pods";
import type { Workload } from "./workload";

/** A configuration as a backend sees it. */
export interface BackendConfig<Settings> extends CommonConfig {
  /** The backend's own settings. */
  readonly own: Settings;
  /** What runs on the clusters; undefined when nothing does. */
  readonly workload: Workload | undefined;
}

/**
 * What is valid so far of a configuration that may have mistakes: everything may be missing. Functions that take it go by
 * what is there and stay silent about what they cannot judge.
 */
export type PartialBackendConfig<Settings> = Partial<BackendConfig<Settings>>;

/** What a backend can do with clusters that are there already: nothing, for a reason, or join them. */
export type ExistingSupport =
  | {
      /** Why it cannot join them. */
      readonly refused: string;
    }
  | {
      readonly refused?: undefined;
      /** Namespaces that it makes on every cluster, and that nobody else may have made before. */
      readonly namespaces: readonly string[];
      /** What the names of its custom resource definitions end with, e.g. `istio.io`: none may be there of another installation. */
      readonly definitions: readonly string[];
    };

/** What a backend is. All that configuration, plan, docs and tests need of it. */
export interface BackendProfile<Settings> {
  /** The name people know it by. */
  readonly title: string;
  /** How it joins clusters, in a line, for whoever chooses among backends. */
  readonly joins: string;
  /** What can be set of it, under its name in the configuration. */
  readonly settings: z.ZodType<Settings>;
  /** How it joins clusters that are there already. */
  readonly existing: ExistingSupport;
  /** Kubernetes versions it is released for. */
  readonly kubernetesVersions: readonly KubernetesVersion[];
  /** Its charts, pinned. */
  readonly charts: Readonly<Record<string, Chart>>;
  /** Common name that it expects of every cluster's authority. Default: they are named after their clusters. */
  readonly authorityName?: string;
  /** What the lab's trust anchor does not vouch for with this backend, for outputs and docs. Default: nothing. */
  readonly trustNote?: string;
  /** What protects calls between clusters on their way, and by what callers are known. */
  encryption(config: BackendConfig<Settings>): CallEncryption;
  /** What the clusters must have in common, and what each for itself. */
  demands(config: BackendConfig<Settings>): ClusterDemands;
  /** What shows it at work, by its makers' own command where it has one; `here` is a context of kubectl. */
  commands(here: string): readonly OwnCommand[];
  /** What a person does who joins two clusters without this program. */
  readonly byHand: ManualJoin;
  /** How pods get their network. */
  networking(config: PartialBackendConfig<Settings>): Networking;
  /** How Services are found from other clusters. */
  exporter(config: PartialBackendConfig<Settings>): ServiceExporter;
  /** What it cannot do of what a configuration asks for, each with the reason. Default: it can do everything. */
  refuses?(config: PartialBackendConfig<Settings>): readonly ConfigMistake[];
  /**
   * What it cannot do of one cluster, whatever the others are: told also where another one has mistakes. Their keys are
   * names of fields. Default: nothing.
   */
  refusesOfCluster?(cluster: ClusterConfig, config: PartialBackendConfig<Settings>): readonly ConfigMistake[];
  /**
   * Whether clusters may have the same pods' and Services' addresses, and what makes it possible where it may be. Default:
   * they may not.
   */
  sharedAddresses?(config: PartialBackendConfig<Settings>): SharedAddresses;
  /** What whoever chooses it must know before anything is built. Default: nothing. */
  warnings?(config: BackendConfig<Settings>): readonly string[];
  /** Nodes besides the ordinary ones, the same on every cluster. Default: none. */
  nodeGroups?(config: BackendConfig<Settings>): readonly ExtraNodeGroup[];
  /** Zones that the cluster's DNS leaves to the backend. Default: none. */
  dnsForwards?(cluster: EksClusterConfig): readonly DnsForward[];
  /** The zone whose Services the cluster's own DNS finds by their ServiceImports, which it may then read. Default: none. */
  clusterSetZone?(config: BackendConfig<Settings>): string | undefined;
  /** Pods that it places on `cluster`, and what each requests: from its charts and the values that it gives them. */
  pods(cluster: string, config: BackendConfig<Settings>): readonly PodDemand[];
  /** What its proxy adds to the requests of a pod of the workload. Default: there is none, or it requests nothing. */
  readonly sidecar?: Resources;
  /** What of its settings lasts as long as `cluster` does: values as JSON, by setting. Default: nothing. */
  lasting?(cluster: string, config: BackendConfig<Settings>): Readonly<Record<string, string>>;
  /** The load balancers of `cluster`. */
  balancers(cluster: string, config: BackendConfig<Settings>): readonly Balancer[];
  /** What `from` needs of `to`; asked for every ordered pair of clusters. */
  flows(from: string, to: string, config: BackendConfig<Settings>): readonly Flow[];
}
