import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { redisCart, redisPort } from "../../components/demo/boutique";
import { type LiveCluster, type PairCheck, skip, type Verdict, verdict } from "../common/check";
import { endpointsOf, usedSince } from "../common/istio/way";
import { realPod } from "../common/real-pods";
import type { PodRef } from "../kube/client";

/** Name of the container in the demo's pods. */
const server = "server";

/** For how long what was written may take to the copy. */
const copying = { attempts: 50, pauseMs: 100 } as const;

/**
 * What is written on the primary arrives on the copy, and is read there from the primary itself by the name in the outputs.
 * The latter takes a new connection: an established one lives on where a new one would not come to be, e.g. after a peer's
 * credentials were withdrawn.
 */
export const replication: PairCheck = {
  id: "demo-replication",
  expects: "what is written on the primary is read on the peer, by the name in the outputs",
  evidence: "packets",
  ofPair: async (here, peer, { demo }) => {
    const own = demo?.replicas.find(({ cluster }) => cluster === here.name);
    const primary = demo?.instances.find(({ service }) => service === redisCart);
    if (!demo || !own || primary?.cluster !== peer.name) return skip(`${here.name} copies nothing of ${peer.name}`);
    const [copy, original] = await Promise.all(
      [here, peer].map(({ kube }) => realPod(kube, demo.namespace, redisCart)),
    );
    if (!copy || !original) throw new Error("two clusters have two pods");
    if (copy.verdict) return copy.verdict;
    if (original.verdict) return original.verdict;
    return replicates({ cluster: here, pod: copy.pod }, { cluster: peer, pod: original.pod }, own.primaryHost);
  },
};

/** A Redis in a pod. */
interface Redis {
  readonly cluster: LiveCluster;
  readonly pod: PodRef;
}

async function replicates(copy: Redis, primary: Redis, host: string): Promise<Verdict> {
  const [key, value] = [`lab-check:${copy.cluster.name}`, randomUUID()];
  const remote = ["-h", host, "-p", `${redisPort}`];
  const link = /^master_link_status:(\w+)/m.exec(await redis(copy, "info", "replication"))?.[1];
  const before = await endpointsOf(copy.cluster.kube, copy.pod, host, redisPort);
  const written = await redis(primary, "set", key, value, "ex", "60");
  const read = await redis(copy, ...remote, "get", key);
  const copied = await arrives(copy, key, value);
  const latencyMs = averageOf(await redis(copy, ...remote, "--latency", "-i", "1"));
  const after = await endpointsOf(copy.cluster.kube, copy.pod, host, redisPort);
  const path = usedSince(before, after);
  const found = verdict(
    [
      link !== "up" && `its link to the primary is ${link ?? "none"}`,
      written !== "OK" && `the primary took no value: ${written}`,
      read !== value && `by ${host} it reads ${read === "" ? "nothing" : "something else"}`,
      !copied && "what was written on the primary did not arrive",
    ],
    `reads from ${host}:${redisPort} what was written on ${primary.cluster.name}${
      path.length > 0 ? `, through ${path.join(", ")}` : ""
    }, ${latencyMs} ms`,
  );
  const target = `${host}:${redisPort}`;
  const connection = { from: copy.cluster.name, to: primary.cluster.name, target, path, latencyMs };
  return found.status === "pass" ? { ...found, connections: [connection] } : found;
}

async function arrives(copy: Redis, key: string, value: string): Promise<boolean> {
  for (let attempt = 0; attempt < copying.attempts; attempt++) {
    if ((await redis(copy, "get", key)) === value) return true;
    await pause(copying.pauseMs);
  }
  return false;
}

/** What the client in the pod says; it takes the password from its environment. */
async function redis({ cluster, pod }: Redis, ...args: readonly string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await cluster.kube.exec(pod, server, ["redis-cli", ...args], { timeout: 15 });
  if (exitCode !== 0) throw new Error(`redis-cli on ${cluster.name} ended with ${exitCode}: ${stderr || stdout}`);
  return stdout.trim();
}

/** Of what `redis-cli --latency` writes where nobody looks: least, most, average in milliseconds, and how many. */
function averageOf(latency: string): number {
  const [, , average] = latency.split(/\s+/).map(Number);
  if (average === undefined || Number.isNaN(average)) throw new Error(`redis-cli measured no latency: ${latency}`);
  return average;
}
