/** Who keeps calling while something is taken away. */
import { redisPort } from "../../components/demo/boutique";
import type { ProbeTarget } from "../../components/lab/probes";
import type { LiveCluster, LiveLab } from "../common/check";
import { realPod } from "../common/real-pods";
import { fortioLoad, goodCalls } from "../probes/fortio";
import { redisContainer, replicated } from "./replication";

/** Somebody who calls a Service on a new connection. */
export interface Caller {
  /** What is called, e.g. `redis-cart.boutique.svc.cluster.local:6379`. */
  readonly target: string;
  /** Calls once: whether it was answered. */
  readonly call: () => Promise<boolean>;
}

/** Seconds after which a call counts as failed. */
const usualPatience = 5;

/**
 * Somebody on `here` whom `peer` alone answers, or why there is nobody: a stand-in if there is one, else the copy of Redis.
 *
 * @param patience seconds after which a call counts as failed; the way to the pod by its API server is among them
 */
export async function callerOfPeer(
  here: LiveCluster,
  peer: LiveCluster,
  lab: LiveLab,
  patience = usualPatience,
): Promise<Caller | string> {
  const target = lab.probes?.targets.find(
    ({ protocol, from, on }) =>
      protocol === "grpc" && from.includes(here.name) && on.length === 1 && on[0] === peer.name,
  );
  if (lab.probes && target) {
    const { namespace, caller } = lab.probes;
    return standIn(here, { namespace, app: caller.app, container: caller.container, patience }, target);
  }
  return copyOfRedis(here, peer, lab, patience);
}

/**
 * Somebody on the cluster who calls a global Service there, or why there is nobody. Its instances are stand-ins themselves, so
 * that another one calls: it must not go with them.
 */
export async function callerOfGlobal(here: LiveCluster, target: ProbeTarget, lab: LiveLab): Promise<Caller | string> {
  const other = lab.probes?.targets.find(
    ({ service, on }) => service !== target.service && on.length === 1 && on[0] === here.name,
  );
  if (!lab.probes || !other) return `nobody but its instances calls ${target.service} on ${here.name}`;
  const { namespace, caller } = lab.probes;
  return standIn(here, { namespace, app: other.service, container: caller.container, patience: usualPatience }, target);
}

interface StandIn {
  readonly namespace: string;
  readonly app: string;
  readonly container: string;
  readonly patience: number;
}

async function standIn(
  { kube }: LiveCluster,
  { namespace, app, container, patience }: StandIn,
  { protocol, host, port }: ProbeTarget,
): Promise<Caller | string> {
  const found = await realPod(kube, namespace, app);
  if (found.verdict) return found.verdict.detail;
  const what =
    protocol === "http"
      ? ["-keepalive=false", "-timeout", `${patience}s`, `http://${host}:${port}/`]
      : ["-grpc", "-ping", `${host}:${port}`];
  const caller = { kube, pod: found.pod, container };
  return {
    target: `${host}:${port}`,
    call: async () =>
      goodCalls(await fortioLoad(caller, host, ["-qps", "0", "-c", "1", "-n", "1", ...what], patience)) > 0,
  };
}

async function copyOfRedis(
  here: LiveCluster,
  peer: LiveCluster,
  lab: LiveLab,
  patience: number,
): Promise<Caller | string> {
  const copied = await replicated(here, peer, lab);
  if (typeof copied === "string") return copied;
  const { copy, host } = copied;
  const command = ["redis-cli", "-h", host, "-p", `${redisPort}`, "ping"];
  return {
    target: `${host}:${redisPort}`,
    call: async () =>
      (await here.kube.exec(copy, redisContainer, command, { timeout: patience })).stdout.trim() === "PONG",
  };
}
