import type { EventEmitter } from "node:events";
import { simulatedNodes } from "../common/real-pods";
import type { KubeReader } from "../kube/client";
import type { ProbePods } from "../probes/pods";
import { CannotAsk } from "./cannot-ask";

const signals = ["SIGINT", "SIGTERM"] as const;

/**
 * Asks something while the stand-ins are on the clusters. They are taken away however it ends, when the user interrupts it
 * too.
 *
 * @param pods the stand-ins
 * @param ask what is asked; not at all when they cannot be made
 * @param user where signals come from. Default: this process
 * @throws CannotAsk when it is interrupted
 */
export async function withProbes<T>(
  pods: Pick<ProbePods, "raise" | "remove">,
  ask: () => Promise<T>,
  user: EventEmitter = process,
): Promise<T> {
  let interrupt = (): void => {};
  const interrupted = new Promise<never>((_, reject) => {
    interrupt = () => reject(new CannotAsk("Interrupted; what the checks made is gone."));
  });
  for (const signal of signals) user.on(signal, interrupt);
  try {
    return await Promise.race([interrupted, pods.raise().then(ask)]);
  } finally {
    await pods.remove();
    for (const signal of signals) user.off(signal, interrupt);
  }
}

/** Whether each of the clusters has a node on which pods run. */
export async function podsRun(clusters: readonly { readonly kube: KubeReader }[]): Promise<boolean> {
  const found = await Promise.all(
    clusters.map(async ({ kube }) => {
      const [nodes, simulated] = await Promise.all([kube.list("v1", "Node"), simulatedNodes(kube)]);
      return nodes.some(({ metadata }) => !simulated.has(metadata.name));
    }),
  );
  return found.every((real) => real);
}
