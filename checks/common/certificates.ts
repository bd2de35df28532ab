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
    keyKind(certificate.publicKey) !== keyKind(root.publicKey) &&
      `its key is ${keyKind(certificate.publicKey)}, the root's is ${keyKind(root.publicKey)}`,
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

/** `ec prime256v1`, `rsa 4096` */
export function keyKind({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  return `${asymmetricKeyType} ${asymmetricKeyDetails?.namedCurve ?? asymmetricKeyDetails?.modulusLength}`;
}
