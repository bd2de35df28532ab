import { redisCart } from "../../components/demo/boutique";
import type { ProbeTarget } from "../../components/lab/probes";
import { type LiveCluster, type PairCheck, skip, verdict } from "../common/check";
import { realPod } from "../common/real-pods";
import type { PodRef } from "../kube/client";

/** Seconds that a connection may take: what a policy refuses is dropped, and not answered. */
const patience = 3;

/**
 * A service of the peer lets in the account that may call it, and nobody else: the demo's Redis may not. Both are asked on
 * the same cluster, at the same address, so that what stops the one is no hole in the way.
 */
export const policyHolds: PairCheck = {
  id: "cilium-policy",
  expects: "the account that may call a service of the peer gets a connection, and another gets none",
  evidence: "packets",
  ofPair: async (here, peer, { demo, probes }) => {
    const target = probes?.targets.find(
      ({ protocol, from, on }) => protocol === "grpc" && from.includes(here.name) && on.includes(peer.name),
    );
    if (!demo || !probes || !target) return skip(`${here.name} calls no stand-in on ${peer.name}`);
    if (!here.inPod) return skip("the network of its pods is not on this machine");
    const stranger = await realPod(here.kube, demo.namespace, redisCart);
    if (stranger.verdict) return skip(`there is no other account on ${here.name}`);
    const caller = await realPod(here.kube, probes.namespace, probes.caller.app);
    if (caller.verdict) return caller.verdict;
    const address = await addressOf(here, probes.namespace, target);
    if (!address) return skip(`${target.host} is the name of no Service on ${here.name}`);
    const [admitted, refused] = await Promise.all(
      [caller.pod, stranger.pod].map((pod) => connects(here, pod, address, target.port)),
    );
    const what = `${target.host}:${target.port}`;
    return verdict(
      [
        !admitted && `${probes.caller.app} gets no connection to ${what}`,
        refused && `${redisCart}, which may not, gets a connection to ${what}`,
      ],
      `${what} answers ${probes.caller.app}, and drops ${redisCart}`,
    );
  },
};

interface ServiceSpec {
  readonly clusterIP?: string;
}

/** Of a Service that is called by its name in the cluster. */
async function addressOf({ kube }: LiveCluster, namespace: string, { host }: ProbeTarget): Promise<string | undefined> {
  const [name = ""] = host.split(".");
  const service = await kube.get({ apiVersion: "v1", kind: "Service", namespace, name });
  return (service?.spec as ServiceSpec | undefined)?.clusterIP;
}

async function connects({ inPod }: LiveCluster, pod: PodRef, address: string, port: number): Promise<boolean> {
  const open = ["bash", "-c", ': < "/dev/tcp/$0/$1"', address, `${port}`];
  return (await inPod?.(pod, ["timeout", `${patience}`, ...open]))?.exitCode === 0;
}
