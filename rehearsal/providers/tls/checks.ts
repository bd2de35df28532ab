/** What the tls provider refuses, found before anything is made. */
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import type { Props } from "../../base/operations";
import type { Failure } from "../provider";
import { belongsTo, isAuthority, readCertificate, readRequest } from "./certificates";
import { allowedUses, isEmpty, isIpAddress, subjectName } from "./extensions";
import { algorithms, curves, readPrivateKey } from "./keys";

type Check = (inputs: Props) => Failure[];

/** Values that only exist once something else is made look like this in a preview. */
function isKnown(value: unknown): boolean {
  return value !== undefined && value !== null && value !== unknownValue;
}

function required(...properties: string[]): Check {
  return (inputs) =>
    properties
      .filter((property) => inputs[property] === undefined || inputs[property] === null)
      .map((property) => ({ property, reason: `${property} is missing` }));
}

function oneOf(property: string, allowed: readonly string[]): Check {
  return (inputs) =>
    [inputs[property]]
      .flat()
      .filter((value) => isKnown(value) && !allowed.includes(value))
      .map((value) => ({ property, reason: `${JSON.stringify(value)} is not one of ${allowed.join(", ")}` }));
}

function atLeast(property: string, minimum: number): Check {
  return (inputs) =>
    typeof inputs[property] === "number" && inputs[property] < minimum
      ? [{ property, reason: `${inputs[property]} is less than ${minimum}` }]
      : [];
}

/** `parse` throws one sentence when the property's value will not do. */
function readable(property: string, parse: (value: string) => unknown): Check {
  return (inputs) => {
    if (!isKnown(inputs[property])) return [];
    try {
      parse(inputs[property]);
      return [];
    } catch (error) {
      return [{ property, reason: error instanceof Error ? error.message : String(error) }];
    }
  };
}

/** The real provider can keep keys out of the state this way; the stand-in has no write-only inputs. */
function refused(property: string, instead: string): Check {
  return (inputs) =>
    isKnown(inputs[property])
      ? [{ property, reason: `the rehearsal's tls provider does not take ${property}: use ${instead}` }]
      : [];
}

const ipAddresses: Check = (inputs) =>
  (Array.isArray(inputs.ipAddresses) ? inputs.ipAddresses : [])
    .filter((address: string) => isKnown(address) && !isIpAddress(address))
    .map((address: string) => ({ property: "ipAddresses", reason: `${JSON.stringify(address)} is not an IP address` }));

/** RFC 5280 4.1.2.6; the real provider asks for it when it creates. */
const authorityHasSubject: Check = (inputs) =>
  inputs.isCaCertificate === true && inputs.subject !== unknownValue && isEmpty(subjectName(inputs.subject))
    ? [{ property: "subject", reason: "a certificate authority needs at least one field in its subject" }]
    : [];

/**
 * The signer is an authority and the key is its own. The real provider only warns of the first and fails at creation for
 * the second; here a chain that cannot verify is a mistake.
 */
const signerIsAuthority: Check = (inputs) => {
  if (!isKnown(inputs.caCertPem)) return [];
  const certificate = readCertificate(inputs.caCertPem);
  if (!isAuthority(certificate)) {
    return [{ property: "caCertPem", reason: "this certificate is not an authority: make it with isCaCertificate" }];
  }
  if (!isKnown(inputs.caPrivateKeyPem) || belongsTo(readPrivateKey(inputs.caPrivateKeyPem), certificate)) return [];
  return [{ property: "caPrivateKeyPem", reason: "this key does not belong to the certificate in caCertPem" }];
};

const privateKeyChecks: Check[] = [
  required("algorithm"),
  oneOf("algorithm", algorithms),
  oneOf("ecdsaCurve", curves),
  atLeast("rsaBits", 1024),
];

const ownKeyChecks: Check[] = [
  refused("privateKeyPemWo", "privateKeyPem"),
  required("privateKeyPem"),
  readable("privateKeyPem", readPrivateKey),
  ipAddresses,
];

const certificateChecks: Check[] = [
  required("allowedUses", "validityPeriodHours"),
  oneOf("allowedUses", [...allowedUses, unknownValue]),
  atLeast("validityPeriodHours", 0),
  atLeast("earlyRenewalHours", 0),
  atLeast("maxPathLength", -1),
];

const signedChecks: Check[] = [
  ...certificateChecks,
  refused("caPrivateKeyPemWo", "caPrivateKeyPem"),
  required("caCertPem", "caPrivateKeyPem", "certRequestPem"),
  readable("certRequestPem", readRequest),
  readable("caCertPem", readCertificate),
  readable("caPrivateKeyPem", readPrivateKey),
];

const all = (inputs: Props, checks: Check[]) => checks.flatMap((check) => check(inputs));

/** Inputs of a tls.PrivateKey. */
export const checkPrivateKey = (inputs: Props): Failure[] => all(inputs, privateKeyChecks);
/** Inputs of a tls.CertRequest. */
export const checkCertRequest = (inputs: Props): Failure[] => all(inputs, ownKeyChecks);
/** Inputs of a tls.SelfSignedCert. */
export const checkSelfSignedCert = (inputs: Props): Failure[] =>
  all(inputs, [...ownKeyChecks, ...certificateChecks, authorityHasSubject]);
/** Inputs of a tls.LocallySignedCert. */
export const checkLocallySignedCert = (inputs: Props): Failure[] => {
  const failures = all(inputs, signedChecks);
  return failures.length > 0 ? failures : signerIsAuthority(inputs);
};
