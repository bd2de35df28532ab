import { X509Certificate } from "node:crypto";
import { controlNamespace, issuerName, issuerSecret } from "../../components/backends/linkerd/names";
import { authorityProblems, keyBelongs, keyKind, oneLine, sameCertificates } from "../common/certificates";
import type { ClusterCheck, LiveCluster, PairCheck } from "../common/check";
import { verdict } from "../common/check";
import { secretData } from "../common/secret";

const trustRoots = "linkerd-identity-trust-roots";

/** What the identity controller signs with and what proxies trust, read back from the cluster. */
async function readIdentity({ kube }: LiveCluster) {
  const [data, roots] = await Promise.all([
    secretData(kube, controlNamespace, issuerSecret),
    kube.get({ apiVersion: "v1", kind: "ConfigMap", namespace: controlNamespace, name: trustRoots }),
  ]);
  if (!roots) throw new Error(`there is no ConfigMap ${controlNamespace}/${trustRoots}`);
  const bundle = (roots.data as Readonly<Record<string, string>> | undefined)?.["ca-bundle.crt"] ?? "";
  return {
    certificate: new X509Certificate(data("tls.crt")),
    privateKey: data("tls.key"),
    anchors: bundle,
  };
}

/** The issuer is a P-256 intermediate of Linkerd's own name under the lab's root, and proxies trust that root. */
export const issuerUnderRoot: ClusterCheck = {
  id: "linkerd-issuer",
  expects: "Linkerd's issuer is an intermediate under the lab's root",
  ofCluster: async (cluster, lab) => {
    const anchor = new X509Certificate(lab.trustAnchor);
    const { certificate, privateKey, anchors } = await readIdentity(cluster);
    const kind = keyKind(certificate.publicKey);
    return verdict(
      [
        ...authorityProblems(certificate, anchor),
        kind !== "ec prime256v1" && `its key is ${kind}, Linkerd takes ECDSA P-256 alone`,
        !certificate.subject.split("\n").includes(`CN=${issuerName}`) &&
          `it is called ${oneLine(certificate.subject)}, not ${issuerName}`,
        !keyBelongs(privateKey, certificate) && "tls.key is not the key of tls.crt",
        !sameCertificates(anchors, lab.trusted) && "the trust anchors are not the roots that the lab trusts",
      ],
      `${oneLine(certificate.subject)}, under ${oneLine(anchor.subject)}`,
    );
  },
};

/** No two clusters share an issuer, and all trust the same anchors. */
export const issuersDiffer: PairCheck = {
  id: "linkerd-issuers-differ",
  expects: "the two clusters have issuers of their own under one root",
  ofPair: async (here, peer) => {
    const [own, other] = await Promise.all([readIdentity(here), readIdentity(peer)]);
    return verdict(
      [
        own.certificate.fingerprint256 === other.certificate.fingerprint256 && "both have the same certificate",
        own.certificate.subject === other.certificate.subject && "both issuers have the same subject",
        own.privateKey === other.privateKey && "both have the same key",
        !sameCertificates(own.anchors, other.anchors) && "they trust different anchors",
      ],
      "different issuers, one anchor",
    );
  },
};
