import { X509Certificate } from "node:crypto";
import { istioNamespace } from "../../../components/backends/common/istio/names";
import { authorityProblems, certificatesIn, keyBelongs, oneLine, sameCertificates } from "../certificates";
import { type ClusterCheck, type LiveCluster, type PairCheck, verdict } from "../check";
import { secretData } from "../secret";

/** What istiod signs with, read back from the cluster. */
async function readAuthority({ kube }: LiveCluster) {
  const data = await secretData(kube, istioNamespace, "cacerts");
  return {
    certificate: new X509Certificate(data("ca-cert.pem")),
    privateKey: data("ca-key.pem"),
    roots: data("root-cert.pem"),
    chain: certificatesIn(data("cert-chain.pem")),
  };
}

/** istiod's authority is an intermediate under the lab's root, whose key it has. */
export const authorityUnderRoot: ClusterCheck = {
  id: "istio-authority",
  expects: "istiod's authority is an intermediate under the lab's root",
  ofCluster: async (cluster, lab) => {
    const anchor = new X509Certificate(lab.trustAnchor);
    const { certificate, privateKey, roots, chain } = await readAuthority(cluster);
    const [first, last] = [chain[0], chain.at(-1)];
    return verdict(
      [
        ...authorityProblems(certificate, anchor),
        !keyBelongs(privateKey, certificate) && "ca-key.pem is not the key of ca-cert.pem",
        !sameCertificates(roots, lab.trusted) && "root-cert.pem does not hold the roots that the lab trusts",
        first?.fingerprint256 !== certificate.fingerprint256 && "cert-chain.pem does not begin with ca-cert.pem",
        last?.fingerprint256 !== anchor.fingerprint256 && "cert-chain.pem does not end with the lab's root",
      ],
      `${oneLine(certificate.subject)}, under ${oneLine(anchor.subject)}`,
    );
  },
};

/** No two clusters share an authority. */
export const authoritiesDiffer: PairCheck = {
  id: "istio-authorities-differ",
  expects: "the two clusters have authorities of their own under one root",
  ofPair: async (here, peer) => {
    const [own, other] = await Promise.all([readAuthority(here), readAuthority(peer)]);
    return verdict(
      [
        own.certificate.fingerprint256 === other.certificate.fingerprint256 && "both have the same certificate",
        own.certificate.subject === other.certificate.subject && "both authorities have the same subject",
        own.privateKey === other.privateKey && "both have the same key",
        !sameCertificates(own.roots, other.roots) && "they trust different roots",
      ],
      "different authorities, one root",
    );
  },
};
