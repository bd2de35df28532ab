/** A lab with real nodes that stays up for a whole file of tests. */
import { deepEqual, equal, ok } from "node:assert/strict";
import type { LiveCluster, LiveLab } from "../../checks/common/check";
import { realPod } from "../../checks/common/real-pods";
import type { ExecResult, KubeClient, KubeObject, ObjectRef, PodRef } from "../../checks/kube/client";
import { liveLab } from "../../checks/run/live-lab";
import { labOutputs } from "../../checks/run/outputs";
import { type CheckResult, runChecks } from "../../checks/run/run";
import { thisMachine } from "../../measure/machine";
import { measure } from "../../measure/measure";
import type { Measurement } from "../../measure/measurement";
import type { Vpc } from "../../rehearsal/aws/ec2/items";
import type { Cluster, Instance } from "../../rehearsal/aws/eks/items";
import { controlPlaneName } from "../../rehearsal/existing/names";
import { Callers, type Felt } from "../../rehearsal/run/callers";
import type { Surprise } from "../../rehearsal/run/surprises";
import { RealSurroundings } from "../../rehearsal/run/surroundings";
import { needRealNodes } from "./real-nodes";
import { RunningLab } from "./running-lab";
import { needTools } from "./tools";

/** Where the pods of the demo's Redis run, with the name by which the copy finds the primary. */
interface Carts {
  readonly primary: string;
  readonly copy: string;
  readonly host: string;
}

/**
 * Opens a lab, in a `before`.
 *
 * @param settings as `--config` takes them
 */
export async function openRealLab(
  context: Mocha.Context,
  stack: string,
  settings: readonly string[],
): Promise<RealLab> {
  needRealNodes(context);
  const tools = await needTools(context);
  const running = await RunningLab.open(tools, stack, settings, ["--nodes", "real", "--charts", "packed"]);
  try {
    const { result, errors } = await running.up();
    ok(result === "succeeded", errors.join("\n"));
    return await RealLab.of(running);
  } catch (error) {
    await running.close();
    throw error;
  }
}

/** What drills touch of a lab: its clusters, its account, its nodes and its network. */
export class RealLab {
  private constructor(
    private readonly running: RunningLab,
    private readonly surroundings: RealSurroundings,
    private described: LiveLab,
    readonly carts: Carts,
  ) {}

  get lab(): LiveLab {
    return this.described;
  }

  static async of(running: RunningLab): Promise<RealLab> {
    const surroundings = new RealSurroundings(running.ground, running.plan);
    await surroundings.raise();
    const lab = liveLab(labOutputs(await running.engine.outputs()), surroundings.forChecks);
    const [copy] = lab.demo?.replicas ?? [];
    const primary = lab.demo?.instances.find(({ service }) => service === "redis-cart");
    ok(copy && primary, "the demo has a Redis and a copy");
    return new RealLab(running, surroundings, lab, {
      primary: primary.cluster,
      copy: copy.cluster,
      host: copy.primaryHost,
    });
  }

  get account() {
    return this.running.ground.account;
  }

  get controlPlanes() {
    return this.running.ground.controlPlanes;
  }

  /** The nodes by themselves. */
  get nodes() {
    const { site } = this.running.ground;
    ok(site, "nodes are real");
    return site.nodes;
  }

  /** A cluster as checks have it. */
  live(cluster: string): LiveCluster {
    const found = this.lab.clusters.find(({ name }) => name === cluster);
    ok(found, `there is no cluster ${cluster}`);
    return found;
  }

  /** Changes objects of a cluster. */
  kube(cluster: string): KubeClient {
    const { kubeconfig } = this.controlPlanes.get(this.eks(cluster).name) ?? {};
    ok(kubeconfig, `${cluster} has no control plane`);
    return this.live(cluster).connect(kubeconfig) as KubeClient;
  }

  /** What the account has of it, also of one that was there before the lab. */
  eks(cluster: string): Cluster {
    const planned = this.running.plan.clusters.find(({ name }) => name === cluster);
    const [found] = this.account.list<Cluster>(
      "eks-cluster",
      ({ name }) => planned !== undefined && name === controlPlaneName(planned),
    );
    ok(found, `the account has no ${cluster}`);
    return found;
  }

  vpc(cluster: string): Vpc {
    return this.account.must<Vpc>("vpc", this.eks(cluster).vpcId, "InvalidVpcID.NotFound");
  }

  instances(cluster: string): Instance[] {
    const { name } = this.eks(cluster);
    return this.account.list<Instance>("instance", ({ clusterName }) => clusterName === name);
  }

  /** Path of the namespace of a cluster's router, through which all goes that leaves a node. */
  router(cluster: string): string {
    const { site } = this.running.ground;
    ok(site, "nodes are real");
    return site.network.router(this.eks(cluster).vpcId);
  }

  /** The pod of the demo's Redis on a cluster, ready or not. */
  async redis(cluster: string): Promise<PodRef> {
    const pods = await this.live(cluster).kube.list("v1", "Pod", {
      namespace: this.namespace,
      labelSelector: "app=redis-cart",
    });
    const [pod] = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    ok(pod, `there is no Redis on ${cluster}`);
    return { namespace: this.namespace, name: pod.metadata.name };
  }

  async addressOf(cluster: string, pod: PodRef): Promise<string> {
    const found = await this.live(cluster).kube.get({ apiVersion: "v1", kind: "Pod", ...pod });
    return ((found?.status ?? {}) as { readonly podIP?: string }).podIP ?? "";
  }

  /** Of the demo. */
  get namespace(): string {
    return this.lab.demo?.namespace ?? "";
  }

  /** What the client in a Redis pod says. */
  async redisCli(cluster: string, ...args: readonly string[]): Promise<ExecResult> {
    return this.live(cluster).kube.exec(await this.redis(cluster), "server", ["redis-cli", ...args], { timeout: 5 });
  }

  /**
   * A new connection from the copy's pod to the primary.
   *
   * @param host by which name. Default: that of the outputs
   */
  async callsPrimary(host = this.carts.host): Promise<boolean> {
    const { stdout } = await this.redisCli(this.carts.copy, "-h", host, "ping");
    return stdout.trim() === "PONG";
  }

  /** Whether the Redis of a cluster answers a pod of the same cluster that speaks in clear and has no proxy: one of CoreDNS. */
  async answersStranger(cluster: string): Promise<boolean> {
    const { kube, inPod } = this.live(cluster);
    const stranger = await realPod(kube, "kube-system", "kube-dns", "k8s-app");
    ok(!stranger.verdict && inPod, "pods run here");
    const podIP = await this.addressOf(cluster, await this.redis(cluster));
    const program = `require("net").connect(6379,"${podIP}",function(){this.write("PING\\r\\n")}).setTimeout(3000,()=>process.exit(3)).on("data",()=>process.exit(0)).on("close",()=>process.exit(2)).on("error",()=>process.exit(2))`;
    return (await inPod(stranger.pod, [process.execPath, "-e", program])).exitCode === 0;
  }

  /** Takes an object away, and gives back what it takes to make it again. */
  async take(cluster: string, ref: ObjectRef): Promise<() => Promise<unknown>> {
    const kube = this.kube(cluster);
    const found = await kube.get(ref);
    ok(found, `there is no ${ref.kind} ${ref.name} on ${cluster}`);
    await kube.delete(ref);
    return () => kube.create(asNew(found));
  }

  /** Measures it briefly, with the stand-ins that this takes. */
  async measure(): Promise<Measurement> {
    const { ground, plan, engine } = this.running;
    const surroundings = new RealSurroundings(ground, plan, "measuring");
    await surroundings.raise();
    const lab = liveLab(labOutputs(await engine.outputs()), surroundings.forChecks);
    return measure(lab, {
      header: { at: new Date().toISOString(), machine: thisMachine(), kubernetes: "", charts: [] },
      effort: { runs: 1, seconds: 1, rate: 50 },
      tell: () => {},
      windowMs: 15_000,
    });
  }

  /** Changes a setting while somebody keeps calling, and asks every check. */
  async change(setting: string): Promise<{ felt: Felt; failing: string[]; surprises: readonly Surprise[] }> {
    const callers = await Callers.begin(this.described);
    this.running.set(setting);
    const { result, errors, surprises } = await this.running.up();
    equal(result, "succeeded", errors.join("\n"));
    this.described = liveLab(labOutputs(await this.running.engine.outputs()), this.surroundings.forChecks);
    const checks = await runChecks(this.described);
    const failing = checks
      .filter(({ status }) => status === "fail")
      .map(({ id, cluster, detail }) => `${id} ${cluster}: ${detail}`);
    return { felt: await callers.end(), failing, surprises };
  }

  /** What a check finds now. */
  async asked(id: string): Promise<CheckResult[]> {
    return (await runChecks(this.described)).filter((each) => each.id === id);
  }

  /** Takes the lab down, with what checks had put into it; AWS must be empty then. */
  async destroy(): Promise<void> {
    await this.surroundings.remove();
    const { result, errors } = await this.running.engine.destroy();
    equal(result, "succeeded", errors.join("\n"));
    deepEqual([this.account.leftovers(), this.controlPlanes.list()], [[], []]);
  }

  async close(): Promise<void> {
    await this.running.close();
  }
}

/** What somebody would apply again. */
function asNew({ metadata, status: _, ...rest }: KubeObject): KubeObject {
  const { name, namespace, labels, annotations } = metadata;
  return {
    ...rest,
    apiVersion: rest.apiVersion,
    kind: rest.kind,
    metadata: { name, ...(namespace && { namespace }), ...(labels && { labels }), ...(annotations && { annotations }) },
  };
}
