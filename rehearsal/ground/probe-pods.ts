import { setTimeout as pause } from "node:timers/promises";
import { KubeClient, KubeError, type KubeObject } from "../../checks/kube/client";
import type { ControlPlane } from "../control-planes/control-plane";
import type { ProbePlan } from "./probes";

/** Owner of what is applied. */
const fieldManager = "lab-probes";

/** Real seconds that the pods may take until they are ready, and their namespace until it is gone. */
const patienceMs = 120_000;
const pauseMs = 250;

/** The stand-ins on the clusters of a lab. */
export class ProbePods {
  /**
   * @param plan what they are
   * @param planeOf the control plane of a cluster, by its name in the lab; undefined for one that is not there
   */
  constructor(
    private readonly plan: ProbePlan,
    private readonly planeOf: (cluster: string) => ControlPlane | undefined,
  ) {}

  /** Makes them, and waits until they are ready; those that are not in time are for the checks to tell of. */
  async raise(): Promise<void> {
    await Promise.all(
      this.clusters().map(async ({ kube, objects }) => {
        for (const object of objects) await kube.apply(object, { fieldManager, force: true });
        await until(async () => (await this.deployments(kube)).every(isAvailable));
      }),
    );
  }

  /** Takes them away before what they are exported by goes: nothing of theirs may be left that nobody attends to any more. */
  async remove(): Promise<void> {
    const { namespace } = this.plan.probes;
    const ref = { apiVersion: "v1", kind: "Namespace", name: namespace };
    await Promise.all(
      this.clusters().map(async ({ kube }) => {
        try {
          await kube.delete(ref);
          await until(async () => (await kube.get(ref)) === undefined);
        } catch (error) {
          // Where nobody answers they go with their cluster.
          if (!(error instanceof KubeError && error.unreachable)) throw error;
        }
      }),
    );
  }

  private deployments(kube: KubeClient): Promise<KubeObject[]> {
    return kube.list("apps/v1", "Deployment", { namespace: this.plan.probes.namespace });
  }

  private clusters() {
    return [...this.plan.objects].flatMap(([name, objects]) => {
      const plane = this.planeOf(name);
      return plane ? [{ kube: new KubeClient(plane.kubeconfig), objects }] : [];
    });
  }
}

function isAvailable({ status }: KubeObject): boolean {
  return ((status ?? {}) as { readonly availableReplicas?: number }).availableReplicas === 1;
}

async function until(done: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + patienceMs;
  while (Date.now() < end && !(await done())) await pause(pauseMs);
}
