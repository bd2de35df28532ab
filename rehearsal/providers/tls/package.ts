/**
 * Stand-in for the tls provider: keys and certificates are real, made by node's crypto. It does not read certificates
 * from servers (getCertificate) and has no write-only keys.
 */

import type { Props } from "../../base/operations";
import { changedKeys, type Failure, type ProviderPackage, type ResourceHandler } from "../provider";
import { certificateRequest, type IssuedCertificate, locallySigned, selfSigned } from "./certificates";
import { checkCertRequest, checkLocallySignedCert, checkPrivateKey, checkSelfSignedCert } from "./checks";
import { algorithmOf, keyId, newKey, privateForms, publicForms, readPrivateKey } from "./keys";

/** The provider has nothing to configure that matters here. */
export type TlsConfig = Record<string, never>;

/** A resource that lives in the state alone: nothing to look up, nothing to delete, a new one for any change. */
function logical(
  check: (inputs: Props) => Failure[],
  create: (inputs: Props) => Promise<{ id: string; outputs: Props }>,
): ResourceHandler<TlsConfig> {
  return {
    check: async (_op, inputs) => ({ inputs, failures: check(inputs) }),
    diff: async (_op, _id, oldInputs, news) => {
      const changed = changedKeys(oldInputs, news);
      return { changed, replaces: changed };
    },
    create: (_op, inputs) => create(inputs),
    read: async (_op, _id, state, inputs) => ({ inputs, outputs: state }),
    delete: async () => {},
  };
}

/** A logical resource that is due for renewal once less than `earlyRenewalHours` remain of its validity. */
function certificate(
  check: (inputs: Props) => Failure[],
  issue: (inputs: Props) => Promise<IssuedCertificate>,
  defaults: (inputs: Props) => Props,
  now: () => Date,
): ResourceHandler<TlsConfig> {
  const isDue = (state: Props, earlyRenewalHours = 0) =>
    now().getTime() >= Date.parse(state.validityEndTime) - earlyRenewalHours * 3_600_000;
  return {
    ...logical(check, async (inputs) => {
      const { id, ...issued } = await issue(inputs);
      return { id, outputs: { ...commonDefaults, ...defaults(inputs), ...inputs, ...issued, readyForRenewal: false } };
    }),
    diff: async (_op, _id, oldInputs, news, state) => {
      const changed = changedKeys(oldInputs, news);
      // The only property that does not go into the certificate.
      const replaces = changed.filter((key) => key !== "earlyRenewalHours");
      const due = isDue(state, news.earlyRenewalHours) ? ["readyForRenewal"] : [];
      return { changed: [...changed, ...due], replaces: [...replaces, ...due] };
    },
    read: async (_op, _id, state, inputs) => ({
      inputs,
      outputs: isDue(state, state.earlyRenewalHours) ? { ...state, readyForRenewal: true } : state,
    }),
    update: async (_op, _id, state, news) => ({ ...state, earlyRenewalHours: news.earlyRenewalHours ?? 0 }),
  };
}

const commonDefaults = { earlyRenewalHours: 0, isCaCertificate: false, setSubjectKeyId: false };

async function createPrivateKey(inputs: Props) {
  const { algorithm, ecdsaCurve = "P224", rsaBits = 2048 } = inputs;
  const key = await newKey(algorithm, { curve: ecdsaCurve, rsaBits });
  return { id: keyId(key), outputs: { algorithm, ecdsaCurve, rsaBits, ...privateForms(key) } };
}

async function createCertRequest(inputs: Props) {
  const { id, certRequestPem } = await certificateRequest(inputs);
  const keyAlgorithm = algorithmOf(readPrivateKey(inputs.privateKeyPem));
  return { id, outputs: { ...inputs, certRequestPem, keyAlgorithm } };
}

async function getPublicKey(args: Props): Promise<Props> {
  if (typeof args.privateKeyPem !== "string") {
    throw new Error("the rehearsal's tls:getPublicKey takes the key as privateKeyPem");
  }
  const key = readPrivateKey(args.privateKeyPem);
  return { ...args, id: keyId(key), algorithm: algorithmOf(key), ...publicForms(key) };
}

/** @param now what time it is, for validity and renewal */
export function tlsPackage(now: () => Date = () => new Date()): ProviderPackage<TlsConfig> {
  const resources: Record<string, ResourceHandler<TlsConfig>> = {
    "tls:index/privateKey:PrivateKey": logical(checkPrivateKey, createPrivateKey),
    "tls:index/certRequest:CertRequest": logical(checkCertRequest, createCertRequest),
    "tls:index/selfSignedCert:SelfSignedCert": certificate(
      checkSelfSignedCert,
      (inputs) => selfSigned(inputs, now()),
      ({ privateKeyPem }) => ({ setAuthorityKeyId: false, keyAlgorithm: algorithmOf(readPrivateKey(privateKeyPem)) }),
      now,
    ),
    "tls:index/locallySignedCert:LocallySignedCert": certificate(
      checkLocallySignedCert,
      (inputs) => locallySigned(inputs, now()),
      ({ caPrivateKeyPem }) => ({ caKeyAlgorithm: algorithmOf(readPrivateKey(caPrivateKeyPem)) }),
      now,
    ),
  };
  return {
    name: "tls",
    configure: async () => ({}),
    resource: (type) => resources[type],
    invoke: async (token, args) => {
      if (token === "tls:index/getPublicKey:getPublicKey") return getPublicKey(args);
      throw new Error(`the rehearsal's tls provider does not know the function ${token}`);
    },
  };
}
