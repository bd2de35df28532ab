import { X509Certificate } from "node:crypto";
import { dnsNames } from "../../components/backends/loadbalancer/exports";
import { controllerRelease, entryNamespace } from "../../components/backends/loadbalancer/names";
import { redisCart } from "../../components/demo/boutique";
import { leafProblems } from "../common/certificates";
import { type LiveCluster, type PairCheck, skip, verdict } from "../common/check";
import { realPod } from "../common/real-pods";
import { askByTls } from "../common/tls";
import type { PodRef } from "../kube/client";
import { type SharedObject, sharedObjects } from "./exports";

/** How peers reach the HTTPS entry. */
const httpsPort = 443;

/** What the peer's HTTPS entry shows when it is called from a pod by the name of a Service there, through its load balancer. */
export const entryOnTheWire: PairCheck = {
  id: "loadbalancer-wire",
  expects: "the peer's HTTPS entry, called by the name of a Service, shows a certificate under the lab's root for it",
  evidence: "packets",
  ofPair: async (here, peer, { demo, trustAnchor }) => {
    const called = (await sharedObjects(here, peer.name)).filter(({ way }) => way === "https");
    if (called.length === 0) return skip(`nothing of ${peer.name} is called by HTTPS`);
    if (!demo?.replicas.some(({ cluster }) => cluster === here.name))
      return skip(`no pod of ${here.name} can be asked`);
    const caller = await realPod(here.kube, demo.namespace, redisCart);
    if (caller.verdict) return caller.verdict;
    const entry = await realPod(peer.kube, entryNamespace, controllerRelease, "app.kubernetes.io/name");
    if (entry.verdict) return entry.verdict;
    if (!here.inPod) return skip("the network of its pods is not on this machine");
    const root = new X509Certificate(trustAnchor);
    const problems = await Promise.all(called.map((service) => problemsOf(here, caller.pod, service, root)));
    return verdict(problems.flat(), `${called.map(({ name }) => name).join(", ")}, under the lab's root`);
  },
};

async function problemsOf(here: LiveCluster, pod: PodRef, { name, namespace }: SharedObject, root: X509Certificate) {
  const host = `${name}.${namespace}.svc.cluster.local`;
  const { chain, encrypted } = await askByTls(here, pod, { host, port: httpsPort, servername: host });
  const [leaf, ...issuers] = chain.map((pem) => new X509Certificate(pem));
  if (!leaf) return [`${host} shows no certificate: ${encrypted}`];
  return [
    ...leafProblems(leaf, issuers, root, dnsNames(name, namespace)).map((problem) => `${host}: ${problem}`),
    encrypted !== "answered" && `${host} says nothing after the handshake: ${encrypted}`,
  ];
}
