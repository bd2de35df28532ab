import { crossNetworkPort } from "../../components/backends/common/istio/names";
import type { ProbeTarget } from "../../components/lab/probes";
import { standInPorts } from "../../components/plan/stand-in-ports";
import { portAt } from "../common/balancer";
import { type ClusterCheck, fail, type LiveCluster, skip, verdict } from "../common/check";
import { withoutSidecars } from "../common/istio/models";
import { realPod } from "../common/real-pods";

/** What goes with every call, and comes back: more than fits into any packet, less than fortio's buffers hold (128 KiB). */
const payload = 100_000;

/** What TCP and IP put before what a segment carries, without and with time stamps (RFC 9293, RFC 7323). */
const headers = { least: 40, most: 52 } as const;

/**
 * Large calls go to the peer's gateway, or its pods, in packets of the planned size: what the kernel found out about the way is no less.
 * TCP forbids that they be cut on the way, so that a narrower path would show here, or let the call hang.
 */
export const packetSize: ClusterCheck = {
  id: "istio-packet-size",
  expects: "packets of the planned size pass to the peer",
  evidence: "packets",
  ofCluster: async ({ name, kube, mtu, inPod, context, carrier }, { probes, clusters }) => {
    const carried = withoutSidecars({ carrier });
    if (carried) return carried;
    if (context !== undefined) return skip("it was there already, and has an MTU of its own");
    const target = probes?.targets.find(({ protocol, on }) => protocol === "http" && on.some((each) => each !== name));
    if (!probes || !target) return skip("nothing is called on a peer");
    const caller = await realPod(kube, probes.namespace, probes.caller.app);
    if (caller.verdict) return caller.verdict;
    if (!inPod) return skip("the network of its pods is not on this machine");
    const url = `http://${target.host}:${target.port}/`;
    const load = ["fortio", "load", "-quiet", "-qps", "0", "-c", "2", "-n", "40", "-payload-size", `${payload}`, url];
    const sent = await kube.exec(caller.pod, probes.caller.container, load);
    if (sent.exitCode !== 0) return fail(`${url}: ${sent.stderr.trim().split("\n").at(-1)}`);
    const places = await waysTo(
      clusters.filter((each) => each.name !== name),
      target,
      probes.namespace,
    );
    const filter = `( ${places.join(" or ")} )`;
    const { stdout } = await inPod(caller.pod, ["ss", "-tinHO", "state", "established", filter]);
    const paths = socketsIn(stdout).filter(({ bytes }) => bytes > payload);
    return verdict(
      [
        paths.length === 0 && `no connection to a peer has carried ${payload} bytes`,
        ...paths
          .filter(({ pmtu }) => pmtu !== mtu.pod)
          .map(({ peer, pmtu }) => `the way to ${peer} takes ${pmtu} bytes, planned is ${mtu.pod}`),
        ...paths
          .filter(({ pmtu, segment }) => segment < pmtu - headers.most || segment > pmtu - headers.least)
          .map(({ peer, segment }) => `to ${peer} go segments of ${segment} bytes`),
      ],
      `${mtu.pod} bytes to ${paths.map(({ peer }) => peer).join(", ")}`,
    );
  },
};

/** Where connections to peers end, as `ss` filters by it: at the port of gateways, or at the pods that answer. */
async function waysTo(
  peers: readonly LiveCluster[],
  { service, protocol }: ProbeTarget,
  namespace: string,
): Promise<string[]> {
  const places = await Promise.all(
    peers.map(async (peer) => {
      if (peer.gateway !== undefined) return [`dport = :${portAt(peer, crossNetworkPort)}`];
      const pods = await peer.kube.list("v1", "Pod", { namespace, labelSelector: `app=${service}` });
      return pods.flatMap(({ status }) => {
        const { podIP } = (status ?? {}) as { readonly podIP?: string };
        return podIP ? [`( dst ${podIP} and dport = :${standInPorts[protocol]} )`] : [];
      });
    }),
  );
  return [...new Set(places.flat())];
}

/** A TCP connection as the kernel sees it. */
export interface TcpSocket {
  /** Address and port of the other side. */
  readonly peer: string;
  /** What fits through the way, in bytes, as far as is known. */
  readonly pmtu: number;
  /** Largest segment that is sent, in bytes. */
  readonly segment: number;
  /** What the other side has confirmed. */
  readonly bytes: number;
}

/** Of what `ss -tinHO` writes (iproute2): a line a connection. */
export function socketsIn(text: string): TcpSocket[] {
  return text.split("\n").flatMap((line) => {
    const [, , , peer] = line.trim().split(/\s+/);
    const figure = (name: string) => Number(new RegExp(`\\b${name}:(\\d+)`).exec(line)?.[1] ?? 0);
    return peer ? [{ peer, pmtu: figure("pmtu"), segment: figure("mss"), bytes: figure("bytes_acked") }] : [];
  });
}
