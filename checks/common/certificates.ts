/** Questions about certificates, answered by OpenSSL through node:crypto. */
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";

/** The certificates in a PEM bundle, in order. */
export function certificatesIn(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}

/** What keeps `certificate` from being an authority that `root` signed; empty when nothing does. */
export function authorityProblems(certificate: X509Certificate, root: X509Certificate, now = new Date()): string[] {
  return [
    !certificate.ca && "it is not an authority (CA:false)",
    !certificate.checkIssued(root) && `its issuer is ${oneLine(certificate.issuer)}, not the root`,
    !certificate.verify(root.publicKey) && "its signature is not the root's",
    !isP256(certificate.publicKey) && "its key is not ECDSA P-256",
    new Date(certificate.validTo) < now && `it ended on ${certificate.validTo}`,
    new Date(certificate.validFrom) > now && `it begins on ${certificate.validFrom}`,
  ].filter((problem) => typeof problem === "string");
}

/** Whether the private key belongs to the certificate. */
export function keyBelongs(privateKeyPem: string, certificate: X509Certificate): boolean {
  return certificate.checkPrivateKey(createPrivateKey(privateKeyPem));
}

/** Distinguished name on one line. */
export function oneLine(name: string): string {
  return name.split("\n").reverse().join(", ");
}

function isP256(key: KeyObject): boolean {
  return key.asymmetricKeyType === "ec" && key.asymmetricKeyDetails?.namedCurve === "prime256v1";
}
