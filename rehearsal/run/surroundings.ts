import { KubeClient, type PodRef } from "../../checks/kube/client";
import { ProbePods } from "../../checks/probes/pods";
import type { Surroundings } from "../../checks/run/live-lab";
import type { LabPlan } from "../../components/lab/plan";
import { type ProbePlan, type ProbePurpose, planProbes } from "../../components/lab/probes";
import type { Instance } from "../aws/eks/items";
import { controlPlaneName } from "../existing/names";
import type { Ground } from "../ground/ground";

type Site = Pick<Ground, "site" | "account" | "controlPlanes" | "proxyFor">;

/** What a lab with real nodes has besides what the program makes. */
export class RealSurroundings {
  private readonly plan: ProbePlan | undefined;

  /**
   * @param lab the plan of the lab
   * @param purpose what the stand-ins are for
   */
  constructor(
    private readonly ground: Site,
    private readonly lab: LabPlan,
    purpose?: ProbePurpose,
  ) {
    this.plan = ground.site && planProbes(lab, purpose);
  }

  /** What checks need besides the outputs: the way to API servers, the pods' networks, and the stand-ins. */
  get forChecks(): Surroundings {
    const { ground, lab, plan } = this;
    const { site } = ground;
    const { proxyFor } = ground;
    if (!site) return { proxyFor };
    return {
      proxyFor,
      inPod: async (cluster, pod, command) => {
        const { instance, uid } = await placeOf(ground, planeOf(lab, cluster), pod);
        return ended(site.nodes.inPod(instance, uid, command));
      },
      probes: plan?.probes,
    };
  }

  /** Puts the stand-ins onto the clusters; nothing where pods are simulated. */
  async raise(): Promise<void> {
    await this.pods?.raise();
  }

  /** Takes them away. */
  async remove(): Promise<void> {
    await this.pods?.remove();
  }

  private get pods(): ProbePods | undefined {
    const { ground, lab, plan } = this;
    return (
      plan &&
      new ProbePods(plan, (cluster) => {
        const plane = ground.controlPlanes.get(planeOf(lab, cluster));
        return plane && new KubeClient(plane.kubeconfig);
      })
    );
  }
}

/** Name of its control plane. */
function planeOf({ clusters }: LabPlan, cluster: string): string {
  const found = clusters.find(({ name }) => name === cluster);
  if (!found) throw new Error(`the lab has no cluster ${cluster}`);
  return controlPlaneName(found);
}

/** Where a pod runs, and the id by which its processes are known. */
async function placeOf(
  { account, controlPlanes }: Pick<Site, "account" | "controlPlanes">,
  controlPlane: string,
  { namespace, name }: PodRef,
): Promise<{ readonly instance: string; readonly uid: string }> {
  const plane = controlPlanes.get(controlPlane);
  if (!plane) throw new Error(`${controlPlane} has no control plane`);
  const pod = await new KubeClient(plane.kubeconfig).get({ apiVersion: "v1", kind: "Pod", namespace, name });
  const { nodeName } = (pod?.spec ?? {}) as { readonly nodeName?: string };
  const [instance] = account.list<Instance>(
    "instance",
    (each) => each.clusterName === controlPlane && each.nodeName === nodeName,
  );
  if (!instance || !pod?.metadata.uid) throw new Error(`the pod ${namespace}/${name} is on no instance`);
  return { instance: instance.id, uid: pod.metadata.uid };
}

/** A program that ended badly has ended too. */
async function ended(running: Promise<{ readonly stdout: string; readonly stderr: string }>) {
  try {
    return { ...(await running), exitCode: 0 };
  } catch (error) {
    const { stdout, stderr, code } = error as { stdout?: string; stderr?: string; code?: unknown };
    if (stdout === undefined || stderr === undefined || typeof code !== "number") throw error;
    return { stdout, stderr, exitCode: code };
  }
}
