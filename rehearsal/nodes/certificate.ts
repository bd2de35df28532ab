/** Client certificates by which a node's programs prove to the API server who they are. */
import "reflect-metadata";
import { createPrivateKey, type KeyObject, randomBytes, webcrypto } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** Who the bearer is to the API server. */
export interface Identity {
  /** User. */
  readonly commonName: string;
  /** Group; default: none. */
  readonly organization?: string;
}

/** Files of a certificate and its key. */
export interface ClientCertificate {
  readonly certificate: string;
  readonly key: string;
}

const twoDays = 48 * 3600 * 1000;

/**
 * Issues a client certificate of a cluster's own authority.
 *
 * @param pki folder with `ca.crt` and `ca.key`
 * @param folder where the files go
 */
export async function issueClientCertificate(
  pki: string,
  identity: Identity,
  folder: string,
  name: string,
): Promise<ClientCertificate> {
  const authority = new X509Certificate(readFileSync(join(pki, "ca.crt"), "utf8"));
  const keys = await webcrypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const signer = createPrivateKey(readFileSync(join(pki, "ca.key"), "utf8"));
  const issued = await X509CertificateGenerator.create({
    serialNumber: randomBytes(16).toString("hex"),
    issuer: authority.subjectName,
    subject: [...(identity.organization ? [{ O: [identity.organization] }] : []), { CN: [identity.commonName] }],
    // An API server whose clock is a little behind takes it too.
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + twoDays),
    publicKey: keys.publicKey,
    signingKey: await importSigner(signer),
    signingAlgorithm: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
    extensions: [
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
    ],
  });
  const files = { certificate: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
  writeFileSync(files.certificate, issued.toString("pem"));
  const key = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
  writeFileSync(files.key, createPrivateKey({ key, format: "der", type: "pkcs8" }).export(pem), { mode: 0o600 });
  return files;
}

const pem = { format: "pem", type: "pkcs8" } as const;

/** kwokctl's authorities have RSA keys. */
function importSigner(key: KeyObject): Promise<webcrypto.CryptoKey> {
  const der = key.export({ format: "der", type: "pkcs8" });
  return webcrypto.subtle.importKey("pkcs8", der, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, false, ["sign"]);
}
