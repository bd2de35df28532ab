/** What rehearsals with real nodes leave when they are killed, besides namespaces, which the network looks after. */
import { rmSync } from "node:fs";
import { endProcessesBelow } from "../../base/processes";
import { deadRuns } from "../../base/run-registry";
import { Cgroups } from "../../nodes/cgroups";

/** How cgroups and namespaces of a rehearsal begin. */
export const namePrefix = (run: string): string => `mcl-${run}`;

/** Ends their control planes and nodes, and removes cgroups and folders. To be called before the network is opened. */
export function removeDeadRuns(): void {
  const cgroups = new Cgroups();
  for (const { run, scratch } of deadRuns()) {
    if (scratch) endProcessesBelow(scratch);
    for (const name of cgroups.names(namePrefix(run))) cgroups.remove(name);
    if (scratch) rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}
