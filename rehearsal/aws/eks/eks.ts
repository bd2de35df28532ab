import { KubeClient } from "../../../checks/kube/client";
import type { ControlPlanes } from "../../ground/control-plane";
import { operatorsIn } from "../../operators/operators";
import type { AwsAccount } from "../account/account";
import type { Controller, Kube } from "../cluster/controller";
import { LoadBalancers } from "../cluster/load-balancers";
import { StartupTaints } from "../cluster/nodes";
import { type Opened, WebhookOpener } from "../cluster/webhooks";
import type { Cluster } from "./items";
import { ElasticLoadBalancing } from "./load-balancing";

/** Who makes the control planes behind clusters. */
export type ControlPlaneMaker = Pick<ControlPlanes, "create" | "get" | "delete">;

export interface EksOptions {
  /** A fault: the Service (`namespace/name`) of the cluster whose load balancer never gets an address. Default: none. */
  readonly neverReady?: (cluster: string, service: string) => boolean;
  /** How to talk to a control plane. Default: over its API. */
  readonly connect?: (kubeconfig: string) => Kube;
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
  /** What was opened in clusters because nothing runs in simulated pods. */
  readonly openedWebhooks: Opened[] = [];
  private readonly inside = new Map<string, Inside>();

  /** Takes over the clusters that the account has already. */
  constructor(
    readonly account: AwsAccount,
    readonly controlPlanes: ControlPlaneMaker,
    private readonly options: EksOptions = {},
  ) {
    for (const cluster of account.list<Cluster>("eks-cluster", ({ state }) => state !== "CREATING")) {
      if (controlPlanes.get(cluster.name)) this.startControllers(cluster);
    }
  }

  /** The API of a cluster whose controllers run. */
  kube(cluster: Cluster): Kube {
    const { inside } = this;
    const found = inside.get(cluster.id);
    if (!found) throw new Error(`the cluster ${cluster.name} has no control plane`);
    return found.kube;
  }

  startControllers(cluster: Cluster): void {
    const plane = this.controlPlanes.get(cluster.name);
    if (!plane) throw new Error(`the cluster ${cluster.name} has no control plane`);
    const kube = this.options.connect?.(plane.kubeconfig) ?? new KubeClient(plane.kubeconfig);
    const { neverReady } = this.options;
    const { clock } = this.account;
    const controllers = [
      new WebhookOpener(cluster.name, kube, this.openedWebhooks),
      new StartupTaints(kube),
      ...operatorsIn(kube),
      new LoadBalancers({
        kube,
        clock,
        balancers: new ElasticLoadBalancing(this.account, cluster),
        ...(neverReady ? { neverReady: (service) => neverReady(cluster.name, service) } : {}),
      }),
    ];
    this.inside.set(cluster.id, { kube, controllers });
    for (const controller of controllers) controller.start();
  }

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
}
