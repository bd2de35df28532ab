import "reflect-metadata";
import { createPrivateKey, randomBytes, webcrypto } from "node:crypto";
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from "@peculiar/x509";
import type { TlsIdentity } from "./messages";

/** Longer than any rehearsal is kept. */
const lifetime = 30 * 24 * 3600 * 1000;

/** A certificate of its own making, for loopback: API servers trust exactly it. */
export async function loopbackIdentity(): Promise<TlsIdentity> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const made = await X509CertificateGenerator.createSelfSigned({
    serialNumber: randomBytes(16).toString("hex"),
    name: "CN=rehearsal",
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + lifetime),
    keys,
    signingAlgorithm: algorithm,
    extensions: [new SubjectAlternativeNameExtension([{ type: "ip", value: "127.0.0.1" }])],
  });
  const der = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  return {
    certificate: made.toString("pem"),
    key: key.export({ format: "pem", type: "pkcs8" }).toString(),
  };
}
