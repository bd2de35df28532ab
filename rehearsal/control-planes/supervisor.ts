/**
 * Components of a control plane end by themselves when they do not reach each other in time: a controller manager, for
 * example, waits ten seconds for a healthy API server (WaitForAPIServer in k8s.io/controller-manager), and on a busy machine
 * that takes longer. Where EKS runs them something starts them again; kwokctl does not, so this does.
 */
import { endedComponents } from "./components";

/** Real milliseconds from one look to the next. */
const interval = 1_000;

/** Starts components again that ended by themselves. */
export class Supervisor {
  private readonly watched = new Map<string, NodeJS.Timeout>();
  private readonly restarts = new Map<string, number>();

  /**
   * @param start starts what is not running of a control plane; must not reject
   * @param folderOf where kwokctl keeps a control plane
   */
  constructor(
    private readonly folderOf: (name: string) => string,
    private readonly start: (name: string) => Promise<void>,
  ) {}

  watch(name: string): void {
    if (!this.watched.has(name)) this.lookLater(name);
  }

  /** From now on components of this control plane that end have been ended. */
  leave(name: string): void {
    clearTimeout(this.watched.get(name));
    this.watched.delete(name);
  }

  leaveAll(): void {
    for (const name of [...this.watched.keys()]) this.leave(name);
  }

  /** How often each component had to be started again: a sentence for a message, or nothing. */
  get history(): string {
    if (this.restarts.size === 0) return "";
    return ` Started again: ${[...this.restarts].map(([component, times]) => `${component} (${times})`).join(", ")}.`;
  }

  private lookLater(name: string): void {
    this.watched.set(name, setTimeout(() => this.look(name), interval).unref());
  }

  private async look(name: string): Promise<void> {
    const ended = endedComponents(this.folderOf(name));
    for (const component of ended) this.restarts.set(component, (this.restarts.get(component) ?? 0) + 1);
    if (ended.length > 0) await this.start(name);
    if (this.watched.has(name)) this.lookLater(name);
  }
}
