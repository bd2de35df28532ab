/** Calls of the stand-ins to each other. */
import { clusterHeader } from "../../components/lab/probe-objects";
import type { Probes, ProbeTarget } from "../../components/lab/probes";
import { type ClusterCheck, type Connection, type LiveCluster, skip, type Verdict, verdict } from "../common/check";
import { realPod } from "../common/real-pods";
import type { PodRef } from "../kube/client";
import { fortioLoad, goodCalls } from "./fortio";

/** How many calls are counted, each on a connection of its own; with two clusters one in 500 000 misses one of them by chance. */
const tries = 20;

/** A service by HTTP is called from the cluster, and all clusters that have instances answer. */
export const httpCalls = callsBy("http", whoAnswers);

/** A service by gRPC is called from the cluster. */
export const grpcCalls = callsBy("grpc", async () => undefined);

type WhoAnswers = (cluster: LiveCluster, pod: PodRef, container: string, target: ProbeTarget) => Promise<Answered>;

/** How often each cluster answered; undefined where the answers do not tell. */
type Answered = ReadonlyMap<string, number> | undefined;

function callsBy(protocol: ProbeTarget["protocol"], who: WhoAnswers): ClusterCheck {
  return {
    id: `probe-${protocol}`,
    expects: `Services by ${protocol} are answered by all clusters that have instances, and by no others`,
    evidence: "packets",
    ofCluster: async (cluster, { probes }) => {
      const targets = probes?.targets.filter((each) => each.protocol === protocol && each.from.includes(cluster.name));
      if (!probes || !targets || targets.length === 0) return skip(`${cluster.name} calls nothing by ${protocol}`);
      const caller = await realPod(cluster.kube, probes.namespace, probes.caller.app);
      if (caller.verdict) return caller.verdict;
      const { pod } = caller;
      const found = await Promise.all(targets.map((target) => called(cluster, pod, probes, target, who)));
      const connections = found.flatMap((each) => each.connections ?? []);
      const failed = found.filter(({ status }) => status === "fail").map(({ detail }) => detail);
      const passed = found.filter(({ status }) => status === "pass").map(({ detail }) => detail);
      return { ...verdict(failed, passed.join("; ")), connections };
    },
  };
}

async function called(
  cluster: LiveCluster,
  pod: PodRef,
  { caller: { container } }: Probes,
  target: ProbeTarget,
  who: WhoAnswers,
): Promise<Verdict> {
  const { on, host, port } = target;
  const answered = await who(cluster, pod, container, target);
  const { latencyMs, failed } = await load(cluster, pod, container, target);
  const silent = answered ? on.filter((name) => !answered.get(name)) : [];
  const strange = [...(answered?.keys() ?? [])].filter((name) => !on.includes(name));
  const counts = answered ? [...answered].map(([name, count]) => `${name} ${count}`).sort() : on;
  const connections = on.map(
    (to): Connection => ({ from: cluster.name, to, target: `${host}:${port}`, path: [], latencyMs }),
  );
  const found = verdict(
    [
      ...silent.map((name) => `${host} was never answered by ${name} in ${tries} calls`),
      ...strange.map((name) => `${host} was answered by ${name}`),
      failed > 0 && `${failed} of ${tries} calls of ${host} failed`,
    ],
    `${host}:${port} answered by ${counts.join(", ")}, ${latencyMs} ms`,
  );
  return { ...found, connections };
}

async function whoAnswers(
  { kube }: LiveCluster,
  pod: PodRef,
  container: string,
  { host, port }: ProbeTarget,
): Promise<Answered> {
  const answered = new Map<string, number>();
  for (let attempt = 0; attempt < tries; attempt++) {
    const { stdout, stderr } = await kube.exec(pod, container, ["fortio", "curl", "-quiet", `http://${host}:${port}/`]);
    const name = new RegExp(`^${clusterHeader}: *(\\S+)`, "im").exec(`${stderr}\n${stdout}`)?.[1] ?? "nobody";
    answered.set(name, (answered.get(name) ?? 0) + 1);
  }
  return answered;
}

async function load(
  { kube }: LiveCluster,
  pod: PodRef,
  container: string,
  { protocol, host, port }: ProbeTarget,
): Promise<{ readonly latencyMs: number; readonly failed: number }> {
  const what =
    protocol === "http" ? ["-keepalive=false", `http://${host}:${port}/`] : ["-grpc", "-ping", `${host}:${port}`];
  const result = await fortioLoad({ kube, pod, container }, host, ["-qps", "0", "-c", "1", "-n", `${tries}`, ...what]);
  const { Avg: seconds = 0 } = result.DurationHistogram ?? {};
  return { latencyMs: Math.round(seconds * 100_000) / 100, failed: tries - goodCalls(result) };
}
