import { setTimeout as sleep } from "node:timers/promises";
import { type KubeConfig, Watch } from "@kubernetes/client-node";

/** API servers end a watch after five to ten minutes; it, and one that could not begin, is tried again after this. */
const againMs = 1_000;

/**
 * Calls `changed` for every change below a path of the API, and once for every object that is there when it begins.
 *
 * What happens while a watch is not running is told by the objects that the next one begins with; a deletion is not. Who
 * must know of every one also looks from time to time.
 *
 * @param path undefined while its kind is not served
 * @returns when the signal is aborted
 */
export async function watchPath(
  config: KubeConfig,
  path: () => Promise<string | undefined>,
  changed: () => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const served = await path().catch(() => undefined);
    if (served && !signal.aborted) await watchOnce(new Watch(config), served, changed, signal);
    await sleep(againMs, undefined, { signal }).catch(() => {});
  }
}

/** Until the connection ends, for whatever reason. */
async function watchOnce(watch: Watch, path: string, changed: () => void, signal: AbortSignal): Promise<void> {
  let ended = () => {};
  const end = new Promise<void>((resolve) => {
    ended = resolve;
  });
  const request = await watch.watch(path, {}, changed, () => ended());
  const abort = () => request.abort();
  signal.addEventListener("abort", abort);
  if (signal.aborted) abort();
  await end;
  signal.removeEventListener("abort", abort);
}
