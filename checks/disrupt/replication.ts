/** The connection by which the demo's Redis is copied: it lives for as long as nothing on its way ends it. */
import { redisCart } from "../../components/demo/boutique";
import type { LiveCluster, LiveLab } from "../common/check";
import { realPod } from "../common/real-pods";
import type { PodRef } from "../kube/client";

/** Name of the container in the demo's pods. */
export const redisContainer = "server";

/** The demo's Redis on `peer`, and its copy on `here`. */
interface Replicated {
  readonly copy: PodRef;
  readonly primary: PodRef;
  /** Name by which the copy finds the primary. */
  readonly host: string;
}

/** Where they run, or why there is none. */
export async function replicated(
  here: LiveCluster,
  peer: LiveCluster,
  { demo }: LiveLab,
): Promise<Replicated | string> {
  const own = demo?.replicas.find(({ cluster }) => cluster === here.name);
  const primary = demo?.instances.find(({ service }) => service === redisCart);
  if (!demo || !own || primary?.cluster !== peer.name) return `nobody on ${here.name} calls what only ${peer.name} has`;
  const [copy, original] = await Promise.all([
    realPod(here.kube, demo.namespace, redisCart),
    realPod(peer.kube, demo.namespace, redisCart),
  ]);
  if (copy.verdict) return copy.verdict.detail;
  if (original.verdict) return original.verdict.detail;
  return { copy: copy.pod, primary: original.pod, host: own.primaryHost };
}

/**
 * The connection by which `here` copies the Redis of `peer`, as the primary names it; undefined where nothing is copied, or it
 * has been silent for longer than a copy ever is: it says every second how far it is.
 */
export async function replicationLink(here: LiveCluster, peer: LiveCluster, lab: LiveLab): Promise<string | undefined> {
  const copied = await replicated(here, peer, lab);
  if (typeof copied === "string") return undefined;
  const command = ["redis-cli", "client", "list", "type", "replica"];
  const { stdout } = await peer.kube.exec(copied.primary, redisContainer, command, { timeout: 5 });
  const links = stdout.split("\n").map((line) => Object.fromEntries(line.split(" ").map((each) => each.split("=", 2))));
  return links.find(({ id, idle }) => id !== undefined && Number(idle) <= silence)?.id;
}

/** In seconds. */
const silence = 10;
