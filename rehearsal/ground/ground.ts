/**
 * The ground as a whole: the emulated account, real control planes behind its EKS, and the providers that the engine
 * attaches to.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ProxyFor, withProxy } from "../../checks/kube/proxy";
import { type AccountOptions, AwsAccount } from "../aws/account/account";
import { AwsClock } from "../aws/account/clock";
import type { Quotas } from "../aws/account/quotas";
import type { OpenedWebhook } from "../aws/cluster/webhooks";
import { Eks } from "../aws/eks/eks";
import { barredFrom } from "../aws/eks/endpoint-access";
import { LogFile } from "../base/log-file";
import type { JournalEntry } from "../base/operations";
import { ControlPlanes } from "../control-planes/control-planes";
import { balancersOf } from "../existing/make";
import { type ExistingPlan, machine, plannedClusters } from "../existing/plan";
import type { Injector } from "../faults/injector";
import { operatorsIn } from "../operators/operators";
import { eksFunctions, eksHandlers } from "../providers/aws/eks";
import { awsPackage } from "../providers/aws/package";
import { startEksProvider } from "../providers/eks/process";
import { kubernetesPackage } from "../providers/kubernetes/package";
import { type Served, serve } from "../providers/server";
import { tlsPackage } from "../providers/tls/package";
import type { Tools } from "../tools/tools";
import { ApiProxy } from "./api-proxy";
import { AwsCli } from "./aws-cli";
import { ExistingClusters } from "./existing-clusters";
import { Journal } from "./journal";
import { kubernetesLatency } from "./kubernetes-latency";
import { loggedKube } from "./logged-kube";
import { type RealNodesOptions, RealSite } from "./real/real-site";

/** What the ground is opened with. */
export interface GroundOptions {
  readonly tools: Tools;
  /** Folder for everything that the ground keeps. */
  readonly scratch: string;
  /** AWS seconds in a real second of waiting. */
  readonly speed: number;
  /** Packages that the engine serves with its own plugins. */
  readonly plugins: readonly string[];
  /** Public address of the machine on which the engine runs, as API servers see it. Default: one that all of them admit. */
  readonly address?: string | undefined;
  /** Quotas of the account; default: those of a new one. */
  readonly quotas?: Partial<Quotas>;
  /** Clusters that are there before the lab. Default: none. */
  readonly existing?: ExistingPlan | undefined;
  /** Whether the engine is served AWS, for a lab that makes clusters there. Default: yes. */
  readonly aws?: boolean;
  /** With what real nodes are made. Default: nodes are simulated. */
  readonly realNodes?: RealNodesOptions | undefined;
  /** What is to go wrong. */
  readonly injector: Injector;
  /** Whether the engine has worked since the last look; undefined where that cannot be told. */
  readonly engineActivity?: (() => boolean) | undefined;
  /** Is told of every operation when it begins and ends. */
  readonly watch?: (entry: JournalEntry) => void;
}

/** Where the engine runs. */
export interface Machine {
  /** Public; another one when somebody moves. */
  address: string | undefined;
}

/** What a lab stands on: the emulated account, its control planes and the providers. All that they log lies in the scratch folder. */
export class Ground {
  /** Ports by package, for PULUMI_DEBUG_PROVIDERS. */
  readonly providers: Readonly<Record<string, number>>;

  private constructor(
    readonly clock: AwsClock,
    readonly account: AwsAccount,
    readonly controlPlanes: ControlPlanes,
    readonly journal: Journal,
    readonly awsCli: AwsCli,
    readonly injector: Injector,
    readonly machine: Machine,
    private readonly eks: Eks,
    private readonly served: Readonly<Record<string, { readonly port: number; close(): unknown }>>,
    private readonly scratch: string,
    readonly site: RealSite | undefined,
    /** Clusters that are there before the lab. */
    readonly existing: ExistingClusters,
    private readonly apiProxy: ApiProxy | undefined,
  ) {
    this.providers = Object.fromEntries(Object.entries(served).map(([name, { port }]) => [name, port]));
  }

  /** A new ground, or the one that an earlier process kept in the same folder. */
  static async open(options: GroundOptions): Promise<Ground> {
    const { tools, scratch, injector, quotas = {}, existing = { region: "", networks: [] } } = options;
    const clock = newClock(options.speed, options.engineActivity);
    const quotasRaisedIn = { [existing.region]: quotasFor(existing) };
    const account = openAccount(scratch, { clock, faults: injector.aws, quotas, quotasRaisedIn });
    const awsCli = new AwsCli(scratch);
    // Kubeconfigs of EKS find `aws` by PATH, ours included.
    process.env.PATH = `${awsCli.bin}:${process.env.PATH ?? ""}`;
    let site: RealSite | undefined;
    const controlPlanes = new ControlPlanes(
      tools,
      join(scratch, "control-planes"),
      ({ name, token }) => awsCli.grant(name, token),
      () => site?.controlPlanes,
    );
    // It may find control planes that an earlier process kept, and needs their ports.
    const apiPort = (name: string) => controlPlanes.port(name);
    site = options.realNodes && (await RealSite.open({ ...options.realNodes, account, scratch, apiPort }));
    const controllerLog = new LogFile(scratch, "controllers.log");
    const apiProxy =
      site || existing.networks.length === 0 ? undefined : await ApiProxy.open(() => controlPlanes.list());
    const proxyUrl = site?.controlPlanes.proxyUrl;
    const proxyFor = proxyUrl ? () => proxyUrl : apiProxy?.proxyFor;
    const connect = (kubeconfig: string) =>
      loggedKube(apiProxy ? withProxy(kubeconfig, apiProxy.proxyFor) : kubeconfig, controllerLog);
    const eks = new Eks(account, {
      controlPlanes,
      connect,
      ...(site ? { nodes: site.nodeMaker(controlPlanes) } : {}),
      inCluster: (kube, cluster) => [
        ...operatorsIn(kube, connect, site !== undefined),
        ...(site?.controllers(kube, cluster) ?? []),
      ],
      balancers: balancersOf,
      neverReady: (_cluster, service) => injector.neverReady(service),
    });
    const journalLog = new LogFile(scratch, "journal.jsonl");
    const journal = new Journal(clock, site ? () => 0 : kubernetesLatency, (entry) => {
      journalLog.json(entry);
      options.watch?.(entry);
    });
    const intercept = injector.intercept(journal.intercept);

    const machine: Machine = { address: options.address };
    const barred = (server: string) => machine.address && barredFrom(eks, server, machine.address);
    const way = { barred, proxyFor };
    const standIns: Readonly<Record<string, () => Promise<Served | { port: number; close(): unknown }>>> = {
      aws: () => serve(awsPackage(account, { handlers: eksHandlers(eks), functions: eksFunctions(eks) }), intercept),
      tls: () => serve(tlsPackage(), intercept),
      kubernetes: () =>
        serve(kubernetesPackage({ helm: tools.helm, clock, scratch, way, realPods: site !== undefined }), intercept),
      eks: () => startEksProvider({ ...process.env }),
    };
    const needless = options.aws === false ? ["aws", "eks"] : [];
    const wanted = Object.entries(standIns).filter(([name]) => ![...options.plugins, ...needless].includes(name));
    const served = await Promise.all(wanted.map(async ([name, start]) => [name, await start()] as const));
    return new Ground(
      clock,
      account,
      controlPlanes,
      journal,
      awsCli,
      injector,
      machine,
      eks,
      Object.fromEntries(served),
      scratch,
      site,
      new ExistingClusters(existing, eks, controlPlanes, scratch),
      apiProxy,
    );
  }

  /** Webhooks that were opened because no pod runs that could answer. */
  get openedWebhooks(): readonly OpenedWebhook[] {
    return this.eks.openedWebhooks;
  }

  /** How this machine reaches API servers; undefined where all of them are reached directly. */
  get proxyFor(): ProxyFor | undefined {
    const { site, apiProxy } = this;
    return site ? () => site.controlPlanes.proxyUrl : apiProxy?.proxyFor;
  }

  /** Ends the providers and what AWS does inside of clusters; control planes and real nodes go on. */
  async detach(): Promise<void> {
    await this.leave();
    await this.site?.keep();
    writeFileSync(join(this.scratch, "account.json"), JSON.stringify(this.account.snapshot()));
  }

  /** Ends everything. */
  async close(): Promise<void> {
    await this.leave();
    this.closeNow();
  }

  /** Ends every process at once. Synchronous, so that it can run when this one exits. */
  closeNow(): void {
    this.site?.closeNow();
    this.controlPlanes.closeAll();
  }

  private async leave(): Promise<void> {
    await this.eks.close();
    this.apiProxy?.close();
    await Promise.all(Object.values(this.served).map((each) => each.close()));
  }
}

/** Those of whoever has the clusters that are there already; in a region of their own, so that the lab has none of it. */
function quotasFor(existing: ExistingPlan): Partial<Quotas> {
  const nodes = plannedClusters(existing).reduce((sum, cluster) => sum + cluster.nodes, 0);
  const networks = existing.networks.length;
  // The default VPC counts.
  return { vcpus: nodes * machine.vcpus, vpcs: networks + 1, elasticIps: networks, natGateways: networks };
}

/** Where the engine can be watched, a shorter silence will do. */
function newClock(speed: number, thinks: (() => boolean) | undefined): AwsClock {
  return thinks ? new AwsClock(speed, 20, thinks) : new AwsClock(speed);
}

function openAccount(scratch: string, options: AccountOptions): AwsAccount {
  const kept = join(scratch, "account.json");
  return existsSync(kept)
    ? AwsAccount.restore(JSON.parse(readFileSync(kept, "utf8")), options)
    : new AwsAccount(options);
}
