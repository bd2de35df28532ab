/** The cgroups of a node: pods of two kubelets on a machine must not share a tree. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { quietly } from "../base/processes";

/** 1: a hierarchy for each controller; 2: one for all. */
export type CgroupVersion = 1 | 2;

/** Controllers that a kubelet asks for (kubernetes, pkg/kubelet/cm/cgroup_manager_linux.go). */
const controllers = ["cpu", "cpuset", "memory", "pids", "hugetlb"];

/** The cgroup hierarchies of this machine. */
export class Cgroups {
  readonly version: CgroupVersion;

  /** @param mount where they are mounted */
  constructor(private readonly mount = "/sys/fs/cgroup") {
    this.version = existsSync(join(mount, "cgroup.controllers")) ? 2 : 1;
  }

  /** Makes the tree of a node, in every hierarchy. */
  create(name: string): void {
    for (const hierarchy of this.hierarchies()) {
      const folder = join(hierarchy, name);
      mkdirSync(folder, { recursive: true });
      if (this.version === 2) this.passControllers(folder);
      // Without these no process can be put into it.
      else for (const file of ["cpuset.cpus", "cpuset.mems"]) copyFromParent(folder, file);
    }
  }

  /**
   * A node's folder in the tree of version 2, which machines with version 1 have beside it, or not: programs of the kernel are
   * attached there.
   */
  unified(name: string): string | undefined {
    const folder = this.version === 2 ? join(this.mount, name) : join(this.mount, "unified", name);
    return existsSync(folder) ? folder : undefined;
  }

  /** Pids of the processes of a pod, as this machine counts them. */
  pidsOfPod(name: string, podUid: string): number[] {
    const [hierarchy] = this.hierarchies().filter((each) => existsSync(join(each, name, "kubepods")));
    if (!hierarchy) return [];
    const pods = foldersBelow(join(hierarchy, name)).filter((folder) => folder.endsWith(`/pod${podUid}`));
    return pods
      .flatMap(foldersBelow)
      .flatMap((folder) =>
        quietly(() => readFileSync(join(folder, "cgroup.procs"), "utf8"))
          .trim()
          .split("\n"),
      )
      .map(Number)
      .filter((pid) => pid > 0);
  }

  /** Removes the tree of a node whose processes have ended. */
  remove(name: string): void {
    for (const hierarchy of this.hierarchies()) {
      const folder = join(hierarchy, name);
      if (!existsSync(folder)) continue;
      for (const each of [...foldersBelow(folder).reverse(), folder]) removeFolder(each);
    }
  }

  /** Names of the trees of nodes that begin with `prefix`. */
  names(prefix: string): string[] {
    const all = this.hierarchies().flatMap((hierarchy) => quietlyList(hierarchy));
    return [...new Set(all.filter((name) => name.startsWith(prefix)))];
  }

  private hierarchies(): string[] {
    if (this.version === 2) return [this.mount];
    return quietlyList(this.mount).map((name) => join(this.mount, name));
  }

  private passControllers(folder: string): void {
    const available = readFileSync(join(folder, "cgroup.controllers"), "utf8").trim().split(/\s+/);
    const passed = controllers.filter((controller) => available.includes(controller));
    writeFileSync(join(folder, "cgroup.subtree_control"), passed.map((controller) => `+${controller}`).join(" "));
  }
}

function copyFromParent(folder: string, file: string): void {
  const own = join(folder, file);
  if (existsSync(own)) writeFileSync(own, readFileSync(join(folder, "..", file), "utf8"));
}

/** All folders below one, parents before their children. */
function foldersBelow(folder: string): string[] {
  return quietlyList(folder).flatMap((name) => {
    const child = join(folder, name);
    return [child, ...foldersBelow(child)];
  });
}

function quietlyList(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

/** The kernel needs a moment after the last process has ended. */
function removeFolder(folder: string): void {
  const end = Date.now() + 2_000;
  for (;;) {
    try {
      rmdirSync(folder);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT") return;
      if (code !== "EBUSY" || Date.now() > end) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}
