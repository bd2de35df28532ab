import { setTimeout as pause } from "node:timers/promises";
import type { ProbeObject } from "../../components/lab/probe-objects";
import type { ProbePlan } from "../../components/lab/probes";
import { type KubeClient, KubeError, type KubeObject } from "../kube/client";

/** Owner of what is applied. */
const fieldManager = "lab-probes";

/** For how long it is waited until the pods are ready, and until their namespace is gone. */
const patienceMs = 120_000;
const pauseMs = 250;

/** What makes them and takes them away. */
export type ProbeMaker = Pick<KubeClient, "apply" | "delete" | "get" | "list">;

/** The stand-ins on the clusters of a lab. */
export class ProbePods {
  private raising: Promise<void> | undefined;
  private removed = false;

  /**
   * @param plan what they are
   * @param kubeOf the API of a cluster, by its name in the lab; undefined for one that is not there
   */
  constructor(
    private readonly plan: ProbePlan,
    private readonly kubeOf: (cluster: string) => ProbeMaker | undefined,
  ) {}

  /** Makes them, and waits until they are ready; those that are not in time are for the checks to tell of. */
  raise(): Promise<void> {
    this.raising = Promise.all(this.clusters().map((cluster) => this.raiseOn(cluster))).then(() => {});
    return this.raising;
  }

  /** Takes them away before what they are exported by goes: nothing of theirs may be left that nobody attends to any more. */
  async remove(): Promise<void> {
    this.removed = true;
    // What comes after the removal would stay.
    await this.raising?.catch(() => {});
    await Promise.all(
      this.clusters().map(async ({ kube, objects }) => {
        try {
          await takeAway(kube, objects);
        } catch (error) {
          // Where nobody answers they go with their cluster.
          if (!(error instanceof KubeError && error.unreachable)) throw error;
        }
      }),
    );
  }

  private async raiseOn({ kube, objects }: Site): Promise<void> {
    for (const object of objects) {
      if (this.removed) return;
      await kube.apply(object as KubeObject, { fieldManager, force: true });
    }
    await until(async () => this.removed || (await this.deployments(kube)).every(isAvailable));
  }

  private deployments(kube: ProbeMaker): Promise<KubeObject[]> {
    return kube.list("apps/v1", "Deployment", { namespace: this.plan.probes.namespace });
  }

  private clusters(): Site[] {
    return Object.entries(this.plan.objects).flatMap(([name, objects]) => {
      const kube = this.kubeOf(name);
      return kube ? [{ kube, objects }] : [];
    });
  }
}

/** A cluster, and what is put there. */
interface Site {
  readonly kube: ProbeMaker;
  readonly objects: readonly ProbeObject[];
}

/** All of them; where their namespace is among them it takes the others with it. */
async function takeAway(kube: ProbeMaker, objects: readonly ProbeObject[]): Promise<void> {
  const namespaces = objects.filter(({ kind }) => kind === "Namespace");
  const refs = (namespaces.length > 0 ? namespaces : objects.toReversed()).map(
    ({ apiVersion, kind, metadata: { name, namespace } }) => ({
      ...{ apiVersion, kind, name },
      ...(namespace === undefined ? {} : { namespace }),
    }),
  );
  for (const ref of refs) await kube.delete(ref);
  await until(async () => (await Promise.all(refs.map((ref) => kube.get(ref)))).every((found) => found === undefined));
}

function isAvailable({ status }: KubeObject): boolean {
  return ((status ?? {}) as { readonly availableReplicas?: number }).availableReplicas === 1;
}

async function until(done: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + patienceMs;
  while (Date.now() < end && !(await done())) await pause(pauseMs);
}
