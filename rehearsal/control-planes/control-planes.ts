/**
 * Real Kubernetes control planes as plain processes, made by kwokctl: etcd, API server, controller manager, scheduler,
 * and kwok in the place of kubelets for nodes that are simulated: their pods become Running, and nothing in them runs.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { availableMemory, megabyte, sizeText } from "../base/machine";
import { endProcessesBelow } from "../base/processes";
import { UserError } from "../base/user-error";
import type { Tools } from "../tools/tools";
import { lastWords } from "./components";
import { type ControlPlane, type ControlPlaneSpec, readControlPlane, type Site } from "./control-plane";
import { Kwokctl } from "./kwokctl";
import { Supervisor } from "./supervisor";

/** What a control plane takes, measured: API server 270 MB, controller manager 117, scheduler 69, kwok 67, etcd 44. */
export const memoryEach = 600 * megabyte;

/** The control planes of one rehearsal, all below one folder. */
export class ControlPlanes {
  private readonly planes = new Map<string, ControlPlane>();
  private readonly kwokctl: Kwokctl;
  private readonly supervisor: Supervisor;

  /**
   * @param home folder for all of their state; those that an earlier process left there are taken over
   * @param announce is told of each that was made
   * @param site where they run when nodes are real, asked when one is made. Default: on this machine's loopback
   */
  constructor(
    tools: Tools,
    private readonly home: string,
    private readonly announce: (plane: ControlPlane) => void = () => {},
    private readonly site: () => Site | undefined = () => undefined,
  ) {
    this.kwokctl = new Kwokctl(tools, home, site);
    this.supervisor = new Supervisor(
      (name) => this.kwokctl.folder(name),
      // What could not be started now is looked at again.
      (name) => this.kwokctl.restart(name).catch(() => {}),
    );
    const kept = join(home, "control-planes.json");
    if (!existsSync(kept)) return;
    for (const plane of JSON.parse(readFileSync(kept, "utf8")) as ControlPlane[]) {
      this.planes.set(plane.name, plane);
      this.supervisor.watch(plane.name);
    }
  }

  get(name: string): ControlPlane | undefined {
    return this.planes.get(name);
  }

  list(): ControlPlane[] {
    return [...this.planes.values()];
  }

  /** Folder with the certificate authority of one, and its key. */
  pki(name: string): string {
    return join(this.kwokctl.folder(name), "pki");
  }

  /** Where the components of each write their logs, those of one that did not come up too. */
  logFolders(): { readonly name: string; readonly folder: string }[] {
    return this.kwokctl.names().map((name) => ({ name, folder: join(this.kwokctl.folder(name), "logs") }));
  }

  /** @throws UserError when memory is short or the control plane does not start */
  async create(spec: ControlPlaneSpec): Promise<ControlPlane> {
    demandMemory(memoryEach);
    try {
      await this.launch(spec);
    } catch {
      // Somebody else may have taken a port between the choice and the start: once more, with others.
      this.discard(spec.name);
      await this.launch(spec);
    }
    const plane = await this.reach(spec);
    this.planes.set(spec.name, plane);
    this.remember();
    this.announce(plane);
    return plane;
  }

  private async reach(spec: ControlPlaneSpec): Promise<ControlPlane> {
    const folder = this.kwokctl.folder(spec.name);
    const plane = await readControlPlane(spec, folder, this.site());
    if (plane) return plane;
    const said = lastWords(folder, "kube-controller-manager");
    throw new UserError(`The control plane ${spec.name} hands out no tokens. ${said}${this.supervisor.history}`);
  }

  /** On which the API server listens, or will: nodes and networks are told before it answers. */
  port(name: string): number | undefined {
    return this.planes.get(name)?.port ?? this.kwokctl.port(name);
  }

  private async launch(spec: ControlPlaneSpec): Promise<void> {
    this.supervisor.watch(spec.name);
    await this.kwokctl.create(spec);
  }

  /** Ends the API server and all the rest, but keeps its data: `start` brings it back. */
  async stop(name: string): Promise<void> {
    this.supervisor.leave(name);
    await this.kwokctl.stop(name);
  }

  async start(name: string): Promise<void> {
    await this.kwokctl.start(name);
    this.supervisor.watch(name);
  }

  async delete(name: string): Promise<void> {
    if (!this.planes.delete(name)) return;
    this.discard(name);
    this.remember();
  }

  private discard(name: string): void {
    this.supervisor.leave(name);
    endProcessesBelow(this.kwokctl.folder(name));
    rmSync(this.kwokctl.folder(name), { recursive: true, force: true, maxRetries: 5 });
  }

  /**
   * Ends every process of every control plane at once, those under construction too. Synchronous, so that it can run when
   * the process exits.
   */
  closeAll(): void {
    this.supervisor.leaveAll();
    endProcessesBelow(this.home);
    this.planes.clear();
  }

  private remember(): void {
    // It holds administrators' credentials.
    writeFileSync(join(this.home, "control-planes.json"), JSON.stringify(this.list()), { mode: 0o600 });
  }
}

/** @throws UserError when this machine has less memory left */
function demandMemory(bytes: number): void {
  const available = availableMemory();
  if (available >= bytes) return;
  throw new UserError(
    `A control plane needs ${sizeText(bytes)} of memory and ${sizeText(available)} are free: ` +
      "close something, or rehearse fewer clusters.",
  );
}
