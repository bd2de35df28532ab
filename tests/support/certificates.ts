/** Real certificates for tests, made by the rehearsal's stand-in for the tls provider. */
import * as pulumi from "@pulumi/pulumi";
import type { Props } from "../../rehearsal/base/operations";
import { type Operation, stable } from "../../rehearsal/providers/provider";
import { type TlsConfig, tlsPackage } from "../../rehearsal/providers/tls/package";

export interface Issued {
  readonly key: string;
  readonly certificate: string;
}

export interface LeafOptions {
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
  readonly uris?: readonly string[];
  readonly uses: readonly string[];
}

const authorityUses = ["cert_signing", "crl_signing", "digital_signature"];
const hours = 24;

const operation: Operation<TlsConfig> = {
  urn: "urn",
  type: "",
  name: "test",
  config: {},
  timeout: 0,
  signal: AbortSignal.any([]),
};

async function make(type: string, inputs: Props, now = new Date()): Promise<Props> {
  const handler = tlsPackage(() => now).resource(`tls:index/${type}`);
  if (!handler) throw new Error(`no ${type}`);
  return (await handler.create(operation, inputs)).outputs;
}

const newKey = async (ecdsaCurve = "P256"): Promise<string> =>
  (await make("privateKey:PrivateKey", { algorithm: "ECDSA", ecdsaCurve })).privateKeyPem;

/** Inputs as mocks are given them, with the values of secrets in the place of what hides them. */
export function revealed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revealed);
  if (typeof value !== "object" || value === null) return value;
  if (pulumi.runtime.isRpcSecret(value)) return revealed(pulumi.runtime.unwrapRpcSecret(value));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, revealed(each)]));
}

/** The tls provider of a program on mocks: what it made it keeps for the next run, as a state does. */
export function keptTls(): (type: string, name: string, inputs: Props) => Promise<Props> {
  const state = new Map<string, Promise<Props>>();
  return (type, name, given) => {
    const inputs = revealed(given) as Props;
    const key = `${type} ${name} ${stable(inputs)}`;
    const known = state.get(key) ?? make(type.replace("tls:index/", ""), inputs);
    state.set(key, known);
    return known;
  };
}

export async function rootAuthority(commonName = "lab root"): Promise<Issued> {
  const key = await newKey();
  const { certPem } = await make("selfSignedCert:SelfSignedCert", {
    privateKeyPem: key,
    subject: { commonName },
    validityPeriodHours: hours,
    allowedUses: authorityUses,
    isCaCertificate: true,
  });
  return { key, certificate: certPem };
}

/** @param organizationalUnit further part of its subject; default: none */
export function intermediate(
  issuer: Issued,
  commonName: string,
  { organizationalUnit, curve }: { readonly organizationalUnit?: string; readonly curve?: "P256" | "P384" } = {},
): Promise<Issued> {
  const subject = { commonName, ...(organizationalUnit ? { organizationalUnit } : {}) };
  return signed(issuer, subject, { uses: authorityUses }, { isCaCertificate: true }, new Date(), curve);
}

/** A leaf of an authority that somebody else made (PEM). */
export async function intermediateLeaf(certificate: string, key: string): Promise<string> {
  return (await leaf({ certificate, key }, "workload", { uses: ["server_auth", "client_auth"] })).certificate;
}

/** @param now when it is issued; it is good for a day */
export function leaf(issuer: Issued, commonName: string, options: LeafOptions, now = new Date()): Promise<Issued> {
  return signed(issuer, { commonName }, options, {}, now);
}

async function signed(
  issuer: Issued,
  subject: { readonly commonName: string; readonly organizationalUnit?: string },
  { dnsNames = [], ipAddresses = [], uris = [], uses }: LeafOptions,
  more: Props,
  now = new Date(),
  curve?: string,
): Promise<Issued> {
  const key = await newKey(curve);
  const { certRequestPem } = await make("certRequest:CertRequest", {
    privateKeyPem: key,
    subject,
    dnsNames: [...dnsNames],
    ipAddresses: [...ipAddresses],
    uris: [...uris],
  });
  const { certPem } = await make(
    "locallySignedCert:LocallySignedCert",
    {
      certRequestPem,
      caCertPem: issuer.certificate,
      caPrivateKeyPem: issuer.key,
      validityPeriodHours: hours,
      allowedUses: [...uses],
      ...more,
    },
    now,
  );
  return { key, certificate: certPem };
}
