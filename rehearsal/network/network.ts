import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { AwsAccount } from "../aws/account/account";
import { LogFile, logsFolder } from "../base/log-file";
import { claimRun } from "../base/run-registry";
import { Kernel } from "./apply/apply";
import { inNamespace, namespacePath } from "./apply/commands";
import { noteNamespaceFolder, removeLeftovers, removeRun } from "./apply/removal";
import { Follower } from "./follower";
import { keepNetwork, takeOver } from "./kept";
import { kernelState } from "./kernel/kernel";
import { NamespaceNames } from "./kernel/names";
import type { ApiPort } from "./kernel/state";
import { registryAddress } from "./plan/addresses";
import type { DesiredNetwork, NodeLink, PodGuard, TargetState } from "./plan/desired";
import { planNetwork } from "./plan/plan";
import { loopbackIdentity } from "./services/identity";
import type { ServiceModuleRef, TlsIdentity, World } from "./services/messages";
import { registryPort, webhookPort } from "./services/places";
import { Services } from "./services/process";

/** What the network is opened with. */
export interface RealNetworkOptions {
  readonly account: AwsAccount;
  /** Short id of the rehearsal, of digits and lower case letters: part of the namespaces' names. */
  readonly run: string;
  /** Folder of the rehearsal. */
  readonly scratch: string;
  readonly apiPort: ApiPort;
  /** What answers image registries and webhooks. Default: nothing */
  readonly modules?: readonly ServiceModuleRef[];
}

/** An instance's place in the network. */
export interface NodeNetwork {
  /** Path of its namespace. */
  readonly netns: string;
  /** Address of its VPC's resolver. */
  readonly resolver: string;
  /** URL of the registry that has images of all registries. */
  readonly registry: string;
  readonly address: string;
  /** Of its pods; undefined where they have no addresses of the VPC. */
  readonly podCidr: string | undefined;
}

/**
 * The network between real nodes: namespaces, routes, rules and services, made from what the account holds and following it
 * until it is closed. Everything is in namespaces whose names begin with `mcl-RUN-`; the machine's own network stays as it is.
 */
export class RealNetwork {
  private readonly names: NamespaceNames;
  private readonly attached: Set<string>;
  private readonly follower = new Follower(() => this.refresh().catch(() => {}));
  private readonly log: LogFile;
  private health: ReadonlyMap<string, TargetState> = new Map();
  private readonly guards = new Map<string, readonly PodGuard[]>();
  private network: DesiredNetwork | undefined;
  private told: World | undefined;
  private services: Services | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  private failure: unknown;
  private closed = false;

  private constructor(
    private readonly options: RealNetworkOptions,
    private readonly kernel: Kernel,
    private readonly identity: TlsIdentity,
    attached: readonly string[],
  ) {
    this.names = new NamespaceNames(options.run);
    this.attached = new Set(attached);
    this.log = new LogFile(options.scratch, "network.log");
  }

  /**
   * A new network, or the one that an earlier process kept in the same folder; what dead rehearsals left is removed first.
   *
   * @throws UserError when ranges of VPCs overlap
   */
  static async open(options: RealNetworkOptions): Promise<RealNetwork> {
    const { run, scratch } = options;
    const kept = await takeOver(scratch, run);
    claimRun(run, process.pid, scratch);
    removeLeftovers();
    noteNamespaceFolder();
    const identity = kept?.identity ?? (await loopbackIdentity());
    const network = new RealNetwork(options, new Kernel(kept?.kernel), identity, kept?.attached ?? []);
    try {
      await network.refresh();
      await network.startServices(kept?.proxyPort);
      await network.refresh();
    } catch (error) {
      network.closeNow();
      throw error;
    }
    network.follower.start();
    return network;
  }

  /** Path of the namespace of control planes. */
  get backbone(): string {
    return namespacePath(this.names.backbone);
  }

  /** By which programs of this machine reach API servers at their endpoints. */
  get proxyUrl(): string {
    return `http://127.0.0.1:${this.services?.proxyPort}`;
  }

  /** How API servers call the webhook at a path of the services. */
  webhook(path: string): { readonly url: string; readonly caBundle: string } {
    const caBundle = Buffer.from(this.identity.certificate).toString("base64");
    return { url: `https://127.0.0.1:${webhookPort}${path}`, caBundle };
  }

  /** Path of the namespace of a VPC's router, through which everything between its nodes goes. */
  router(vpcId: string): string {
    return namespacePath(this.names.of(vpcId));
  }

  /** Puts an instance on the network: its namespace is there and reachable when this resolves. */
  async attach(instanceId: string): Promise<NodeNetwork> {
    this.attached.add(instanceId);
    await this.refresh();
    for (const { nodes, resolver } of this.network?.vpcs ?? []) {
      const node = nodes.find((each) => each.instanceId === instanceId);
      if (node) return this.placeOf(node, resolver ?? "");
    }
    throw new Error(`the account has no instance ${instanceId} with an interface`);
  }

  /** Keeps others than the admitted ones from pods of an instance, in the place of what kept them before. */
  async guard(instanceId: string, guards: readonly PodGuard[]): Promise<void> {
    if (isDeepStrictEqual(this.guards.get(instanceId) ?? [], guards)) return;
    this.guards.set(instanceId, guards);
    await this.refresh();
  }

  /** Takes it off again; what still runs in its namespace is cut off. */
  async detach(instanceId: string): Promise<void> {
    this.attached.delete(instanceId);
    this.guards.delete(instanceId);
    await this.refresh();
  }

  /** Leaves everything as it is for another process; AWS's services live on. */
  async keep(): Promise<void> {
    await this.stop();
    const { services } = this;
    if (!services) return;
    const { pid: servicesPid, proxyPort } = services;
    const { scratch, run } = this.options;
    keepNetwork(scratch, run, {
      kernel: this.kernel.current,
      attached: [...this.attached],
      proxyPort,
      identity: this.identity,
      servicesPid,
    });
    services.keep();
  }

  /** Removes everything. */
  async close(): Promise<void> {
    await this.stop();
    this.closeNow();
  }

  /** The same at once, for a process that exits. */
  closeNow(): void {
    this.closed = true;
    this.services?.close();
    removeRun(this.options.run);
  }

  private async stop(): Promise<void> {
    await this.follower.stop();
    await this.turn.catch(() => {});
    this.closed = true;
  }

  private async startServices(proxyPort: number | undefined): Promise<void> {
    const { account, scratch, modules = [] } = this.options;
    this.services = await Services.start({
      inBackbone: (command) => inNamespace(this.names.backbone, command),
      options: { speed: account.clock.speed, webhooks: this.identity, modules },
      proxyPort,
      log: join(logsFolder(scratch), "network-services.log"),
      onHealth: (states) => {
        this.health = states;
      },
      onRestart: (how, failure) => {
        this.log.text(failure ? `${how}, and could not be started again` : `${how}; started again`);
        // Names, images and API servers cannot be had without them: whoever needs the network next is told.
        this.failure ??= failure;
      },
    });
  }

  /** Looks at the account and makes the network so, one look after the other. */
  private refresh(): Promise<void> {
    const mine = this.turn.catch(() => {}).then(() => this.follow());
    this.turn = mine;
    return mine;
  }

  private async follow(): Promise<void> {
    if (this.failure) throw this.failure;
    if (this.closed) return;
    const { account, apiPort } = this.options;
    const network = planNetwork(account, { attached: this.attached, health: this.health, guards: this.guards });
    const changed = await this.kernel.become(kernelState(network, this.names, apiPort)).catch((error: Error) => {
      // Nobody knows what the kernel has now: nothing more is tried, and whoever needs the network next is told.
      this.failure = error;
      this.log.text(error.stack ?? error.message);
      throw error;
    });
    this.network = network;
    if (changed) this.log.text(summaryOf(network));
    this.tellServices(network);
  }

  private tellServices({ vpcs, names, checks, endpoints }: DesiredNetwork): void {
    const { apiPort } = this.options;
    const world: World = {
      vpcs: Object.fromEntries(vpcs.map(({ transit, id }) => [transit, id])),
      names,
      checks,
      apiPorts: Object.fromEntries(
        endpoints.flatMap(({ host, privateIps, cluster }) => {
          const port = apiPort(cluster);
          return port === undefined ? [] : [host, ...privateIps].map((each) => [each, port]);
        }),
      ),
    };
    if (!this.services || isDeepStrictEqual(world, this.told)) return;
    this.services.update(world);
    this.told = world;
  }

  private placeOf({ instanceId, address, podCidr }: NodeLink, resolver: string): NodeNetwork {
    return {
      netns: namespacePath(this.names.of(instanceId)),
      resolver,
      registry: `http://${registryAddress}:${registryPort}`,
      address,
      podCidr,
    };
  }
}

function summaryOf({ vpcs, peerings, endpoints, names }: DesiredNetwork): string {
  const nodes = vpcs.reduce((sum, vpc) => sum + vpc.nodes.length, 0);
  const counts = {
    VPCs: vpcs.length,
    nodes,
    peerings: peerings.length,
    endpoints: endpoints.length,
    names: names.length,
  };
  return Object.entries(counts)
    .map(([what, count]) => `${count} ${what}`)
    .join(", ");
}
