/** Certificates and requests, built as terraform-provider-tls has Go's x509 build them. */
import "reflect-metadata";
import { createHash, type KeyObject, randomBytes } from "node:crypto";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  type Extension,
  type Name,
  Pkcs10CertificateRequest,
  Pkcs10CertificateRequestGenerator,
  PublicKey,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import type { Props } from "../../base/operations";
import { alternativeNames, basicConstraints, isEmpty, subjectName, usageExtensions } from "./extensions";
import { publicDer, readPrivateKey, signerOf } from "./keys";

/** A certificate with what the provider tells of it. */
export interface IssuedCertificate {
  /** The certificate's serial number, decimal. */
  readonly id: string;
  readonly certPem: string;
  readonly validityStartTime: string;
  readonly validityEndTime: string;
}

/** Issues what a tls.SelfSignedCert asks for. */
export async function selfSigned(args: Props, now: Date): Promise<IssuedCertificate> {
  const key = readPrivateKey(args.privateKeyPem);
  const subject = subjectName(args.subject);
  const publicKey = new PublicKey(publicDer(key));
  return issue(args, now, {
    subject,
    issuer: subject,
    publicKey,
    signingKey: key,
    alternativeNames: alternativeNames(args, subject),
    authorityKeyId: args.setAuthorityKeyId ? await keyIdentifier(publicKey) : undefined,
  });
}

/** Issues what a tls.LocallySignedCert asks for: names and key are the request's, everything else the signer's choice. */
export async function locallySigned(args: Props, now: Date): Promise<IssuedCertificate> {
  const request = readRequest(args.certRequestPem);
  const authority = readCertificate(args.caCertPem);
  return issue(args, now, {
    subject: request.subjectName,
    issuer: authority.subjectName,
    publicKey: request.publicKey,
    signingKey: readPrivateKey(args.caPrivateKeyPem),
    alternativeNames:
      request.extensions.find((extension) => extension instanceof SubjectAlternativeNameExtension) ?? undefined,
    // Go adds it on its own for an issuer that has one.
    authorityKeyId: authority.getExtension(SubjectKeyIdentifierExtension)?.keyId,
  });
}

/** Makes what a tls.CertRequest asks for. */
export async function certificateRequest(args: Props): Promise<{ id: string; certRequestPem: string }> {
  const key = readPrivateKey(args.privateKeyPem);
  const name = subjectName(args.subject);
  const names = alternativeNames(args, name);
  const signer = await signerOf(key);
  const publicKey = await new PublicKey(publicDer(key)).export();
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: name.toJSON().length > 0 ? name : undefined,
    keys: { privateKey: signer.key, publicKey },
    signingAlgorithm: signer.algorithm,
    extensions: names ? [names] : [],
  });
  return {
    id: createHash("sha1").update(Buffer.from(request.rawData)).digest("hex"),
    certRequestPem: `${request.toString("pem")}\n`,
  };
}

/** @throws Error in one sentence when `pem` is no certificate */
export function readCertificate(pem: string): X509Certificate {
  return read("certificate", () => new X509Certificate(pem));
}

/** @throws Error in one sentence when `pem` is no certificate request */
export function readRequest(pem: string): Pkcs10CertificateRequest {
  return read("certificate request", () => new Pkcs10CertificateRequest(pem));
}

/** Whether it may issue certificates. */
export function isAuthority(certificate: X509Certificate): boolean {
  return certificate.getExtension(BasicConstraintsExtension)?.ca ?? false;
}

/** Whether the certificate is for this key. */
export function belongsTo(key: KeyObject, certificate: X509Certificate): boolean {
  return publicDer(key).equals(Buffer.from(certificate.publicKey.rawData));
}

interface Template {
  readonly subject: Name;
  readonly issuer: Name;
  readonly publicKey: PublicKey;
  readonly signingKey: KeyObject;
  readonly alternativeNames: Extension | undefined;
  readonly authorityKeyId: string | undefined;
}

async function issue(args: Props, now: Date, template: Template): Promise<IssuedCertificate> {
  const isCa = args.isCaCertificate ?? false;
  const { authorityKeyId } = template;
  const extensions = [
    ...usageExtensions(args.allowedUses ?? []),
    basicConstraints(isCa, args.maxPathLength),
    // Authorities always get one, whatever setSubjectKeyId says.
    ...(isCa || args.setSubjectKeyId
      ? [new SubjectKeyIdentifierExtension(await keyIdentifier(template.publicKey))]
      : []),
    ...(authorityKeyId ? [new AuthorityKeyIdentifierExtension(authorityKeyId)] : []),
    ...(template.alternativeNames ? [template.alternativeNames] : []),
  ];
  const serialNumber = randomBytes(16).toString("hex");
  const notAfter = new Date(now.getTime() + args.validityPeriodHours * 3_600_000);
  const signer = await signerOf(template.signingKey);
  const certificate = await X509CertificateGenerator.create({
    serialNumber,
    subject: isEmpty(template.subject) ? undefined : template.subject,
    issuer: isEmpty(template.issuer) ? undefined : template.issuer,
    notBefore: now,
    notAfter,
    publicKey: template.publicKey,
    signingKey: signer.key,
    signingAlgorithm: signer.algorithm,
    extensions,
  });
  return {
    id: BigInt(`0x${serialNumber}`).toString(),
    certPem: `${certificate.toString("pem")}\n`,
    validityStartTime: now.toISOString(),
    validityEndTime: notAfter.toISOString(),
  };
}

/** SHA-1 of the key's bits; for Ed25519 of its DER octet string, which is what the real provider hashes (common_cert.go). */
async function keyIdentifier(publicKey: PublicKey): Promise<string> {
  if (publicKey.algorithm.name !== "Ed25519") return Buffer.from(await publicKey.getKeyIdentifier()).toString("hex");
  const octetString = Buffer.concat([Buffer.of(0x04, 0x20), Buffer.from(publicKey.rawData).subarray(-32)]);
  return createHash("sha1").update(octetString).digest("hex");
}

function read<T>(what: string, parse: () => T): T {
  try {
    return parse();
  } catch {
    throw new Error(`this is not a ${what} in PEM`);
  }
}
