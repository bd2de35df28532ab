import { drain } from "../cluster/drain";
import type { Eks } from "./eks";
import type { Cluster, Instance } from "./items";

/**
 * Empties the Nodes of instances.
 *
 * @param force whether they go with what disruption budgets keep on them
 * @returns pods that could not be evicted
 */
export function drainNodes(
  eks: Eks,
  cluster: Cluster,
  instances: readonly Instance[],
  { force }: { readonly force: boolean },
): Promise<string[]> {
  const { account } = eks;
  const time = { now: () => account.clock.now(), sleep: (seconds: number) => account.sleep(seconds) };
  const names = instances.map(({ nodeName }) => nodeName);
  return drain(eks.kube(cluster), names, time, force);
}
