import { isDeepStrictEqual } from "node:util";
import type { KernelState } from "../kernel/state";
import { addNamespace, ipBatch, setFirewall } from "./commands";
import { difference, nothing } from "./difference";
import { removeNamespace } from "./removal";

/** Makes the kernel have what is wanted, and knows what it has. */
export class Kernel {
  /** @param state what an earlier process left there. Default: nothing */
  constructor(private state: KernelState = nothing) {}

  /** What the kernel has. */
  get current(): KernelState {
    return this.state;
  }

  /**
   * Does only what is different; calls must not overlap.
   *
   * @returns whether there was anything to do
   */
  async become(wanted: KernelState): Promise<boolean> {
    if (isDeepStrictEqual(this.state, wanted)) return false;
    const steps = difference(this.state, wanted);
    for (const { name, settings } of steps.newNamespaces) await addNamespace(name, settings);
    // Before the first packet.
    for (const { namespace, table } of steps.firewalls) await setFirewall(namespace, table);
    for (const { namespace, lines } of steps.removals) await ipBatch(namespace, lines);
    for (const name of steps.goneNamespaces) removeNamespace(name);
    await ipBatch(undefined, steps.newCables);
    for (const { namespace, lines } of steps.additions) await ipBatch(namespace, lines);
    this.state = wanted;
    return true;
  }
}
