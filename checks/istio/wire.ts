import { X509Certificate } from "node:crypto";
import { crossNetworkPort } from "../../components/backends/common/istio/names";
import { redisCart, redisPort } from "../../components/demo/boutique";
import { portAt } from "../common/balancer";
import { authorityProblems, daysLeft, lifetimeProblems, oneLine } from "../common/certificates";
import { fail, type LiveCluster, type PairCheck, skip, verdict } from "../common/check";
import { withoutSidecars } from "../common/istio/models";
import { realPod } from "../common/real-pods";
import { askByTls, type TlsFindings, type TlsQuestion } from "../common/tls";
import type { PodRef } from "../kube/client";

/**
 * What the peer's gateway, or on one network the pod itself, does with a connection for the primary from a pod that is not of the mesh's mind: the certificates
 * on the wire end at the lab's root and name the primary's account, and without one of the mesh's own nobody is answered.
 */
export const mutualTls: PairCheck = {
  id: "istio-wire",
  expects: "what takes calls on the peer shows certificates under the lab's root, and answers nobody without one",
  evidence: "packets",
  // As long as proxies take to hear of another root.
  patience: 120,
  ofPair: async (here, peer, { demo, trustAnchor }) => {
    const carried = withoutSidecars(peer);
    if (carried) return carried;
    const own = demo?.replicas.find(({ cluster }) => cluster === here.name);
    const primary = demo?.instances.find(({ service }) => service === redisCart);
    if (!demo || !own || primary?.cluster !== peer.name) return skip(`${here.name} calls no primary on ${peer.name}`);
    const copy = await realPod(here.kube, demo.namespace, redisCart);
    if (copy.verdict) return copy.verdict;
    if (!here.inPod) return skip("the network of its pods is not on this machine");
    const asked = peer.gateway
      ? { host: peer.gateway, port: portAt(peer, crossNetworkPort) }
      : { host: await primaryAddress(peer, demo.namespace), port: redisPort };
    if (!asked.host) return fail(`the primary on ${peer.name} has no address`);
    const found = await askGateway(here, copy.pod, {
      ...asked,
      host: asked.host,
      servername: sniOf(own.primaryHost, redisPort),
    });
    const account = `spiffe://cluster.local/ns/${demo.namespace}/sa/${redisCart}`;
    return verdict(
      [
        ...chainProblems(found.chain, new X509Certificate(trustAnchor), account),
        found.encrypted === "answered" && "who shows no certificate is answered",
        found.encrypted === "silent" && "who shows no certificate is left waiting",
        found.plaintext === "answered" && "who speaks in clear is answered",
      ],
      `${account} under the lab's root, ${lastingText(found.chain)}; without a certificate ${found.encrypted}, in clear ${found.plaintext}`,
    );
  },
};

async function primaryAddress({ kube }: LiveCluster, namespace: string): Promise<string | undefined> {
  const found = await realPod(kube, namespace, redisCart);
  if (found.verdict) return undefined;
  const pod = await kube.get({ apiVersion: "v1", kind: "Pod", ...found.pod });
  return ((pod?.status ?? {}) as { readonly podIP?: string }).podIP;
}

/** The SNI by which a gateway knows what is meant (istio, pilot/pkg/model: BuildDNSSrvSubsetKey). */
export function sniOf(host: string, port: number): string {
  return `outbound_.${port}_._.${host}`;
}

/**
 * How a peer's gateway, or a pod of it, treats a client in a pod's network.
 *
 * @param question what is asked of whom, and with which certificate; by the gateways' own port unless it names another
 * @throws when the gateway cannot be asked
 */
export function askGateway(
  here: LiveCluster,
  pod: PodRef,
  {
    port = crossNetworkPort,
    ...question
  }: Pick<TlsQuestion, "host" | "servername" | "certificate" | "key"> & {
    readonly port?: number;
  },
): Promise<TlsFindings> {
  return askByTls(here, pod, { port, protocol: "istio", ...question });
}

/** What keeps a chain from the wire from leading from the account to the root. */
export function chainProblems(chain: readonly string[], root: X509Certificate, account: string): string[] {
  const [leaf, issuer] = chain.map((pem) => new X509Certificate(pem));
  if (!leaf) return ["it shows no certificate"];
  if (!issuer) return ["it shows no intermediate"];
  return [
    !(leaf.subjectAltName ?? "").includes(`URI:${account}`) && `it is ${leaf.subjectAltName}, not ${account}`,
    ...lifetimeProblems(leaf),
    !leaf.verify(issuer.publicKey) && `${oneLine(issuer.subject)} did not sign it`,
    ...authorityProblems(issuer, root).map((problem) => `of its issuer: ${problem}`),
  ].filter((problem) => typeof problem === "string");
}

/** For how long they are good, the leaf first: istiod makes a new one of it in time, but not of its issuer. */
function lastingText(chain: readonly string[]): string {
  return `good for ${chain.map((pem) => daysLeft(new X509Certificate(pem))).join(", ")} days`;
}
