import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { KubeClient } from "../../checks/kube/client";
import type { Eks } from "../aws/eks/eks";
import type { ControlPlane } from "../control-planes/control-plane";
import type { ControlPlanes } from "../control-planes/control-planes";
import { addedTo, contentsOf } from "../existing/contents";
import { type KnownSettings, knownSettings, kubeconfigFiles } from "../existing/known";
import { makeExisting } from "../existing/make";
import { type ExistingPlan, type PlannedCluster, plannedClusters } from "../existing/plan";

/** What there was before the lab. */
interface Before {
  /** Of the account, a line each. */
  readonly aws: readonly string[];
  /** What each cluster holds, by the cluster's name. */
  readonly contents: Readonly<Record<string, readonly string[]>>;
}

/** What the lab has left. */
export interface LeftBehind {
  readonly aws: readonly string[];
  readonly kubernetes: readonly string[];
}

/** How often, and with pauses of how many milliseconds, a cluster is looked at before what is there counts as left. */
const patience = { looks: 10, pause: 1000 };

/** The clusters that are there before the lab, and stay when it goes. */
export class ExistingClusters {
  private before: Before = { aws: [], contents: {} };
  private known: ReadonlyMap<string, KnownSettings> = new Map();

  /** @param scratch folder of the rehearsal: kubeconfigs go there, and what was there before the lab */
  constructor(
    private readonly plan: ExistingPlan,
    private readonly eks: Eks,
    private readonly controlPlanes: ControlPlanes,
    private readonly scratch: string,
  ) {}

  /** Names of the clusters in the lab; none, mostly. */
  get names(): readonly string[] {
    return plannedClusters(this.plan).map(({ name }) => name);
  }

  /** What goes before the stack file's settings, by the cluster's name. Known when they are there. */
  get settings(): ReadonlyMap<string, KnownSettings> {
    return this.known;
  }

  /** Makes them, or takes those over that an earlier process kept. */
  async raise(): Promise<void> {
    if (this.names.length === 0) return;
    await makeExisting(this.eks, this.plan);
    this.known = this.describe(this.writeKubeconfigs());
    const file = join(this.scratch, "before.json");
    if (existsSync(file)) {
      this.before = JSON.parse(readFileSync(file, "utf8"));
      return;
    }
    const contents = plannedClusters(this.plan).map(async ({ name, controlPlane }) => {
      const kube = new KubeClient(this.plane(controlPlane).kubeconfig);
      return [name, await contentsOf(kube)] as const;
    });
    this.before = { aws: this.eks.account.leftovers(), contents: Object.fromEntries(await Promise.all(contents)) };
    writeFileSync(file, JSON.stringify(this.before));
  }

  /** What is there now beyond what was there before the lab. */
  async leftBehind(): Promise<LeftBehind> {
    const inClusters = (await Promise.all(plannedClusters(this.plan).map((each) => this.addedIn(each)))).flat();
    const existing = new Set(plannedClusters(this.plan).map(({ controlPlane }) => controlPlane));
    const planes = this.controlPlanes.list().filter(({ name }) => !existing.has(name));
    return {
      aws: addedTo(this.before.aws, this.eks.account.leftovers()),
      kubernetes: [...planes.map(({ name }) => `control plane ${name}`), ...inClusters],
    };
  }

  /** What a namespace or a workload was made into may go a moment after it. */
  private async addedIn({ name, controlPlane }: Pick<PlannedCluster, "name" | "controlPlane">): Promise<string[]> {
    const plane = this.controlPlanes.get(controlPlane);
    // It was never made.
    if (!plane) return [];
    const kube = new KubeClient(plane.kubeconfig);
    for (let look = 1; ; look++) {
      const added = addedTo(this.before.contents[name] ?? [], await contentsOf(kube));
      if (added.length === 0 || look === patience.looks) return added.map((line) => `${name}: ${line}`);
      await pause(patience.pause);
    }
  }

  /** @returns the file that each cluster is in */
  private writeKubeconfigs(): ReadonlyMap<string, string> {
    const folder = join(this.scratch, "existing");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const files = kubeconfigFiles(this.plan, (controlPlane) => this.plane(controlPlane).kubeconfig);
    return new Map(
      files.flatMap(({ clusters, text }, index) => {
        const path = join(folder, `kubeconfig-${index}`);
        // It holds administrators' credentials.
        writeFileSync(path, text, { mode: 0o600 });
        return clusters.map((name) => [name, path] as const);
      }),
    );
  }

  private describe(kubeconfigs: ReadonlyMap<string, string>): ReadonlyMap<string, KnownSettings> {
    const { account } = this.eks;
    return new Map(
      plannedClusters(this.plan).map((cluster) => {
        const plane = this.plane(cluster.controlPlane);
        const kubeconfig = kubeconfigs.get(cluster.name) ?? "";
        return [cluster.name, knownSettings(account, this.plan.region, { cluster, plane, kubeconfig })] as const;
      }),
    );
  }

  private plane(name: string): ControlPlane {
    const plane = this.controlPlanes.get(name);
    if (!plane) throw new Error(`${name} has no control plane`);
    return plane;
  }
}
