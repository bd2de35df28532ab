/** Questions about certificates, answered by OpenSSL through node:crypto. */
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";

/** The certificates in a PEM bundle, in order. */
export function certificatesIn(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}

/** Whether both hold the same certificates, in whatever order. */
export function sameCertificates(one: string, other: string): boolean {
  const of = (pem: string) =>
    certificatesIn(pem)
      .map(({ fingerprint256 }) => fingerprint256)
      .sort()
      .join();
  return of(one) === of(other);
}

/** What keeps `certificate` from being an authority that `root` signed; empty when nothing does. */
export function authorityProblems(certificate: X509Certificate, root: X509Certificate, now = new Date()): string[] {
  return [
    !certificate.ca && "it is not an authority (CA:false)",
    !certificate.checkIssued(root) && `its issuer is ${oneLine(certificate.issuer)}, not the root`,
    !certificate.verify(root.publicKey) && "its signature is not the root's",
    keyKind(certificate.publicKey) !== keyKind(root.publicKey) &&
      `its key is ${keyKind(certificate.publicKey)}, the root's is ${keyKind(root.publicKey)}`,
    ...lifetimeProblems(certificate, now),
  ].filter((problem) => typeof problem === "string");
}

/** TLS server authentication (RFC 5280, 4.2.1.12). */
const serverAuthentication = "1.3.6.1.5.5.7.3.1";

/**
 * What keeps clients that know `root` alone from taking `leaf` for a server of all of `names`; empty when nothing does.
 *
 * @param issuers what the server shows after its leaf: the intermediate
 */
export function leafProblems(
  leaf: X509Certificate,
  issuers: readonly X509Certificate[],
  root: X509Certificate,
  names: readonly string[],
  now = new Date(),
): string[] {
  const [issuer] = issuers;
  if (!issuer) return ["no intermediate follows it, so that nobody can find the way to the root"];
  return [
    leaf.ca && "it is an authority",
    !leaf.keyUsage?.includes(serverAuthentication) && "it is not for servers",
    ...names.map((name) => leaf.checkHost(name) === undefined && `it does not name ${name}`),
    (!leaf.checkIssued(issuer) || !leaf.verify(issuer.publicKey)) && `${oneLine(issuer.subject)} did not sign it`,
    ...lifetimeProblems(leaf, now),
    ...authorityProblems(issuer, root, now).map((problem) => `of its issuer: ${problem}`),
  ].filter((problem) => typeof problem === "string");
}

/** What of its time keeps a certificate from being good. */
export function lifetimeProblems(certificate: X509Certificate, now = new Date()): (string | false)[] {
  return [
    new Date(certificate.validTo) < now && `it ended on ${certificate.validTo}`,
    new Date(certificate.validFrom) > now && `it begins on ${certificate.validFrom}`,
  ];
}

/** Days until a certificate ends, to a tenth: those of a mesh's pods last one. */
export function daysLeft({ validTo }: X509Certificate, now = new Date()): number {
  return Math.floor((Date.parse(validTo) - now.getTime()) / 8_640_000) / 10;
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
