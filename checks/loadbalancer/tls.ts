import { X509Certificate } from "node:crypto";
import { dnsNames } from "../../components/backends/loadbalancer/exports";
import { entryName } from "../../components/backends/loadbalancer/names";
import { certificatesIn, keyBelongs, leafProblems } from "../common/certificates";
import { type LiveCluster, type PairCheck, type Verdict, verdict } from "../common/check";
import { secretData } from "../common/secret";
import { type SharedObject, sharedObjects } from "./exports";

interface IngressSpec {
  readonly ingressClassName?: string;
  readonly tls?: readonly { readonly secretName?: string; readonly hosts?: readonly string[] }[];
  readonly rules?: readonly { readonly host?: string }[];
}

/** For every name by which this cluster calls the peer's HTTPS entry, the peer has a certificate under the lab's root. */
export const certificatesFitNames: PairCheck = {
  id: "loadbalancer-tls",
  expects: "the HTTPS entry shows a certificate under the lab's root that names what peers call",
  ofPair: async (here, peer, { trustAnchor }): Promise<Verdict> => {
    const called = (await sharedObjects(here, peer.name)).filter(({ way }) => way === "https");
    if (called.length === 0) return { status: "skipped", detail: `nothing of ${peer.name} is called by HTTPS` };
    const root = new X509Certificate(trustAnchor);
    const problems = await Promise.all(called.map((service) => problemsOf(service, peer, root)));
    return verdict(problems.flat(), called.map(({ name }) => name).join(", "));
  },
};

async function problemsOf({ name, namespace }: SharedObject, peer: LiveCluster, root: X509Certificate) {
  const apiVersion = "networking.k8s.io/v1";
  const [ingress, entry] = await Promise.all([
    peer.kube.get({ apiVersion, kind: "Ingress", namespace, name }),
    peer.kube.get({ apiVersion, kind: "IngressClass", name: entryName }),
  ]);
  if (!ingress) return [`${peer.name} has no Ingress ${namespace}/${name}`];
  const { ingressClassName, tls = [], rules = [] } = ingress.spec as IngressSpec;
  const names = dnsNames(name, namespace);
  const unanswered = names.filter((host) => !rules.some((rule) => rule.host === host));
  const secretName = tls.find(({ hosts = [] }) => names.every((host) => hosts.includes(host)))?.secretName;
  if (!secretName) return [`the Ingress ${namespace}/${name} has no certificate for all of ${names.join(", ")}`];
  const data = await secretData(peer.kube, namespace, secretName);
  const [leaf, ...issuers] = certificatesIn(data("tls.crt"));
  if (!leaf) return [`Secret ${namespace}/${secretName} holds no certificate`];
  return [
    !entry && `there is no IngressClass ${entryName}: no controller looks after it`,
    ingressClassName !== entryName &&
      `the Ingress ${namespace}/${name} is of ${ingressClassName ?? "no class"}, not of ${entryName}`,
    unanswered.length > 0 && `the Ingress ${namespace}/${name} does not answer to ${unanswered.join(", ")}`,
    !keyBelongs(data("tls.key"), leaf) && `tls.key in ${namespace}/${secretName} is not the certificate's`,
    ...leafProblems(leaf, issuers, root, names).map((problem) => `${namespace}/${secretName}: ${problem}`),
  ];
}
