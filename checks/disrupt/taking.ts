import { setTimeout as pause } from "node:timers/promises";
import type { KubeClient } from "../kube/client";
import type { Drill } from "./drill";

/** With what something is taken away, and put back. */
export type Changer = Pick<KubeClient, "create" | "delete" | "get" | "list" | "mergePatch">;

/** What is taken away of a cluster, while something else takes its place. */
export type Taking = Omit<Drill, "call" | "isReplaced"> & {
  /** For how long it stays away at least, in seconds. Default: a moment. */
  readonly away?: number;
};

const attempts = 60;
const pauseMs = 1_000;

/**
 * Puts something back, again and again for a minute: it must not stay away because an API server was out of reach for a moment.
 *
 * @param byHand with which a person does it
 * @throws Error with that when it cannot be done
 */
export async function insist(putBack: () => Promise<unknown>, byHand: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await putBack();
      return;
    } catch (error) {
      if (attempt >= attempts) {
        const reason = error instanceof Error ? error.message : error;
        throw new Error(`what was taken away could not be put back: ${reason}. Do it with ${byHand}`);
      }
      await pause(pauseMs);
    }
  }
}
