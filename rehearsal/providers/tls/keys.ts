/** Key pairs: made, read from PEM, and given in the forms that the tls provider gives. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair as generate,
  type KeyObject,
  webcrypto,
} from "node:crypto";
import { promisify } from "node:util";
import type { Props } from "../../base/operations";
import { openSshForms } from "./openssh";

/** What a tls.PrivateKey may be of. */
export const algorithms = ["RSA", "ECDSA", "ED25519"] as const;
/** One of them. */
export type Algorithm = (typeof algorithms)[number];
/** Curves of ECDSA keys. */
export const curves = ["P224", "P256", "P384", "P521"] as const;
/** One of them. */
export type Curve = (typeof curves)[number];

const opensslCurves: Record<Curve, string> = {
  P224: "secp224r1",
  P256: "prime256v1",
  P384: "secp384r1",
  P521: "secp521r1",
};
const generateKeyPair = promisify(generate);

/** A new key pair; of the options the one that the algorithm knows counts. */
export async function newKey(algorithm: Algorithm, options: { curve: Curve; rsaBits: number }): Promise<KeyObject> {
  switch (algorithm) {
    case "RSA":
      return (await generateKeyPair("rsa", { modulusLength: options.rsaBits })).privateKey;
    case "ECDSA":
      return (await generateKeyPair("ec", { namedCurve: opensslCurves[options.curve] })).privateKey;
    case "ED25519":
      return (await generateKeyPair("ed25519")).privateKey;
  }
}

/**
 * The key in `pem`: PKCS#1, SEC1 or PKCS#8, as the tls provider reads them.
 * @throws Error in one sentence that does not repeat the text, which is a secret
 */
export function readPrivateKey(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new Error("this is not a private key in PEM");
  }
  algorithmOf(key);
  return key;
}

/** @throws Error for a key of another algorithm */
export function algorithmOf(key: KeyObject): Algorithm {
  switch (key.asymmetricKeyType) {
    case "rsa":
      return "RSA";
    case "ec":
      return "ECDSA";
    case "ed25519":
      return "ED25519";
    default:
      throw new Error(`keys of type ${key.asymmetricKeyType} are not supported, only ${algorithms.join(", ")}`);
  }
}

/** Outputs of a tls.PrivateKey besides its settings. P-224 has no OpenSSH form, so those are empty then. */
export function privateForms(key: KeyObject): Props {
  const type = key.asymmetricKeyType;
  return {
    privateKeyPem: key.export({ format: "pem", type: type === "rsa" ? "pkcs1" : type === "ec" ? "sec1" : "pkcs8" }),
    privateKeyPemPkcs8: key.export({ format: "pem", type: "pkcs8" }),
    privateKeyOpenssh: openSshForms(key).privateKeyOpenssh,
    ...publicForms(key),
  };
}

/** What getPublicKey and tls.PrivateKey tell about the public half. */
export function publicForms(key: KeyObject): Props {
  const { privateKeyOpenssh: _, ...openSsh } = openSshForms(key);
  return { publicKeyPem: createPublicKey(key).export({ format: "pem", type: "spki" }), ...openSsh };
}

/** The provider's id for a key: SHA-1 of the public key's DER. */
export function keyId(key: KeyObject): string {
  return createHash("sha1").update(publicDer(key)).digest("hex");
}

/** The public half as SubjectPublicKeyInfo. */
export function publicDer(key: KeyObject): Buffer {
  return createPublicKey(key).export({ format: "der", type: "spki" });
}

/** How a key signs: with the hash that Go's x509 picks for it, since the real provider leaves the choice to Go. */
export interface Signer {
  readonly algorithm: { readonly name: string; readonly hash: string };
  readonly key: webcrypto.CryptoKey;
}

/** @throws Error for P-224, which WebCrypto does not know */
export async function signerOf(key: KeyObject): Promise<Signer> {
  const pkcs8 = key.export({ format: "der", type: "pkcs8" });
  const load = (parameters: Parameters<typeof webcrypto.subtle.importKey>[2]) =>
    webcrypto.subtle.importKey("pkcs8", pkcs8, parameters, true, ["sign"]);
  switch (algorithmOf(key)) {
    case "RSA": {
      const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
      return { algorithm, key: await load(algorithm) };
    }
    case "ED25519":
      return { algorithm: { name: "Ed25519", hash: "SHA-512" }, key: await load({ name: "Ed25519" }) };
    case "ECDSA": {
      const curve = key.asymmetricKeyDetails?.namedCurve;
      const hash = { prime256v1: "SHA-256", secp384r1: "SHA-384", secp521r1: "SHA-512" }[curve ?? ""];
      const namedCurve = { prime256v1: "P-256", secp384r1: "P-384", secp521r1: "P-521" }[curve ?? ""];
      if (!hash || !namedCurve) throw new Error(`the rehearsal cannot sign with ${curve}: use P256, P384 or P521`);
      return { algorithm: { name: "ECDSA", hash }, key: await load({ name: "ECDSA", namedCurve }) };
    }
  }
}
