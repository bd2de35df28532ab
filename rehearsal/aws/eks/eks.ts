import type { AwsAccount } from "../account/account";
import type { Controller } from "../cluster/controller";
import type { Connect, Kube } from "../cluster/kube";
import { LoadBalancers } from "../cluster/load-balancers";
import { onlySimulated } from "../cluster/simulated-pods";
import { StartupTaints } from "../cluster/startup-taints";
import { type OpenedWebhook, WebhookOpener } from "../cluster/webhooks";
import { resumeBalancers } from "./balancer-times";
import type { ControlPlaneMaker } from "./control-planes";
import type { Cluster } from "./items";
import { ElasticLoadBalancing } from "./load-balancing";
import { type NodeMaker, simulatedNodes } from "./node-maker";

/** What a Service of type LoadBalancer is told of its load balancer; `none` where there is nobody who makes one. */
export type BalancerKind = "name" | "addresses" | "none";

/** What an EKS is given besides its account. */
export interface EksOptions {
  readonly controlPlanes: ControlPlaneMaker;
  /** How to talk to a control plane. */
  readonly connect: Connect;
  /** Who makes nodes of instances. Default: they are simulated. */
  readonly nodes?: NodeMaker;
  /** What runs in every cluster besides AWS's own parts, e.g. operators in simulated pods. Default: nothing. */
  readonly inCluster?: (kube: Kube, cluster: Cluster) => readonly Controller[];
  /** What Services of type LoadBalancer get in a cluster: default: as EKS does, one with a name. */
  readonly balancers?: (cluster: Cluster) => BalancerKind;
  /** A fault: the Service (`namespace/name`) of the cluster whose load balancer never gets an address. Default: none. */
  readonly neverReady?: (cluster: string, service: string) => boolean;
}

interface Inside {
  readonly kube: Kube;
  readonly controllers: readonly Controller[];
}

/**
 * The emulated EKS of an account: what the other files of this folder work on. Clusters are items of the account; behind
 * each is a real control plane, and what AWS does inside of it runs here until `close`.
 */
export class Eks {
  readonly controlPlanes: ControlPlaneMaker;
  readonly nodes: NodeMaker;
  /** What was opened in clusters because nothing runs in simulated pods. */
  readonly openedWebhooks: OpenedWebhook[] = [];
  private readonly inside = new Map<string, Inside>();

  /** Takes over the clusters that the account has already. */
  constructor(
    readonly account: AwsAccount,
    private readonly options: EksOptions,
  ) {
    this.controlPlanes = options.controlPlanes;
    this.nodes = options.nodes ?? simulatedNodes;
    resumeBalancers(account);
    for (const cluster of account.list<Cluster>("eks-cluster", ({ state }) => state !== "CREATING")) {
      if (this.controlPlanes.get(cluster.name)) this.startControllers(cluster);
    }
  }

  /** The API of a cluster whose controllers run. */
  kube(cluster: Cluster): Kube {
    const found = this.inside.get(cluster.id);
    if (!found) throw new Error(`the cluster ${cluster.name} has no control plane`);
    return found.kube;
  }

  /** Starts what runs in the cluster; to be called when its control plane answers. */
  startControllers(cluster: Cluster): void {
    const plane = this.controlPlanes.get(cluster.name);
    if (!plane) throw new Error(`the cluster ${cluster.name} has no control plane`);
    const kube = this.options.connect(plane.kubeconfig);
    const controllers = [...this.awsControllers(cluster, kube), ...(this.options.inCluster?.(kube, cluster) ?? [])];
    this.inside.set(cluster.id, { kube, controllers });
    for (const controller of controllers) controller.start();
  }

  /** Ends what runs in the cluster. */
  async stopControllers(cluster: Cluster): Promise<void> {
    const { controllers } = this.inside.get(cluster.id) ?? { controllers: [] };
    this.inside.delete(cluster.id);
    await Promise.all(controllers.map((controller) => controller.stop()));
  }

  /** Ends what runs inside of clusters; they and their control planes stay. */
  async close(): Promise<void> {
    const all = [...this.inside.values()].flatMap(({ controllers }) => controllers);
    this.inside.clear();
    await Promise.all(all.map((controller) => controller.stop()));
  }

  private awsControllers(cluster: Cluster, kube: Kube): Controller[] {
    return [
      new WebhookOpener(
        cluster.name,
        kube,
        this.openedWebhooks,
        this.nodes.real ? (service) => onlySimulated(kube, service) : undefined,
      ),
      // On real nodes the CNI's own pods take their taints off.
      ...(this.nodes.real ? [] : [new StartupTaints(kube)]),
      ...this.loadBalancers(cluster, kube),
    ];
  }

  private loadBalancers(cluster: Cluster, kube: Kube): Controller[] {
    const { neverReady, balancers = () => "name" } = this.options;
    const gives = balancers(cluster);
    if (gives === "none") return [];
    return [
      new LoadBalancers({
        kube,
        clock: this.account.clock,
        balancers: new ElasticLoadBalancing(this.account, cluster, gives),
        ...(neverReady ? { neverReady: (service) => neverReady(cluster.name, service) } : {}),
      }),
    ];
  }
}
