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
 * @param pods the stand-ins; undefined where there are none
 * @param ask what is asked; not at all when they cannot be made. It must end when its signal is aborted
 * @param user where signals come from. Default: this process
 * @throws CannotAsk when it is interrupted
 */
export async function withProbes<T>(
  pods: Pick<ProbePods, "raise" | "remove"> | undefined,
  ask: (interrupted: AbortSignal) => Promise<T>,
  user: EventEmitter = process,
): Promise<T> {
  const interruption = new AbortController();
  const interrupt = () =>
    interruption.abort(new CannotAsk("Interrupted; what was made is gone, and what was taken away is back."));
  for (const signal of signals) user.on(signal, interrupt);
  try {
    if (pods) await unlessAborted(pods.raise(), interruption.signal);
    return await ask(interruption.signal);
  } finally {
    await pods?.remove();
    for (const signal of signals) user.off(signal, interrupt);
  }
}

/** Waits for something that nobody minds to leave alone. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  return Promise.race([aborted, work]);
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
