/** Subjects, alternative names and uses, from the tls provider's terms to X.509's. */
import "reflect-metadata";
import { isIP } from "node:net";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  type Extension,
  type JsonGeneralName,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  SubjectAlternativeNameExtension,
} from "@peculiar/x509";
import type { Props } from "../../base/operations";

const keyUsages: Record<string, KeyUsageFlags> = {
  digital_signature: KeyUsageFlags.digitalSignature,
  content_commitment: KeyUsageFlags.nonRepudiation,
  key_encipherment: KeyUsageFlags.keyEncipherment,
  data_encipherment: KeyUsageFlags.dataEncipherment,
  key_agreement: KeyUsageFlags.keyAgreement,
  cert_signing: KeyUsageFlags.keyCertSign,
  crl_signing: KeyUsageFlags.cRLSign,
  encipher_only: KeyUsageFlags.encipherOnly,
  decipher_only: KeyUsageFlags.decipherOnly,
};

const extendedKeyUsages: Record<string, string> = {
  any_extended: "2.5.29.37.0",
  server_auth: "1.3.6.1.5.5.7.3.1",
  client_auth: "1.3.6.1.5.5.7.3.2",
  code_signing: "1.3.6.1.5.5.7.3.3",
  email_protection: "1.3.6.1.5.5.7.3.4",
  ipsec_end_system: "1.3.6.1.5.5.7.3.5",
  ipsec_tunnel: "1.3.6.1.5.5.7.3.6",
  ipsec_user: "1.3.6.1.5.5.7.3.7",
  timestamping: "1.3.6.1.5.5.7.3.8",
  ocsp_signing: "1.3.6.1.5.5.7.3.9",
  microsoft_server_gated_crypto: "1.3.6.1.4.1.311.10.3.3",
  netscape_server_gated_crypto: "2.16.840.1.113730.4.1",
  microsoft_commercial_code_signing: "1.3.6.1.4.1.311.2.1.22",
  microsoft_kernel_code_signing: "1.3.6.1.4.1.311.61.1.1",
};

/** Every value that `allowedUses` may hold. */
export const allowedUses = [...Object.keys(keyUsages), ...Object.keys(extendedKeyUsages)].sort();

/** Key usage (critical) and extended key usage; neither when no use asks for it. */
export function usageExtensions(uses: readonly string[]): Extension[] {
  const flags = uses.reduce((all, use) => all | (keyUsages[use] ?? 0), 0);
  const purposes = uses.flatMap((use) => extendedKeyUsages[use] ?? []);
  return [
    ...(flags ? [new KeyUsagesExtension(flags, true)] : []),
    ...(purposes.length > 0 ? [new ExtendedKeyUsageExtension(purposes)] : []),
  ];
}

/**
 * Basic constraints, critical and always there, as the provider has Go write them. A path length of 0 is left out: Go's
 * x509 takes it for "none" unless MaxPathLenZero is set, and terraform-provider-tls does not set that (common_cert.go).
 */
export function basicConstraints(isAuthority: boolean, maxPathLength = 0): Extension {
  return new BasicConstraintsExtension(isAuthority, isAuthority && maxPathLength > 0 ? maxPathLength : undefined, true);
}

/** Fields of a subject by object identifier, in the order in which Go's pkix.Name writes them. */
const subjectFields: readonly (readonly [field: string, oid: string])[] = [
  ["country", "2.5.4.6"],
  ["organization", "2.5.4.10"],
  ["organizationalUnit", "2.5.4.11"],
  ["locality", "2.5.4.7"],
  ["province", "2.5.4.8"],
  ["streetAddresses", "2.5.4.9"],
  ["postalCode", "2.5.4.17"],
  ["commonName", "2.5.4.3"],
  ["serialNumber", "2.5.4.5"],
  ["emailAddress", "1.2.840.113549.1.9.1"],
];

/** The distinguished name of a tls subject; without any field when there is none. */
export function subjectName(subject: Props | undefined): Name {
  return new Name(
    subjectFields.flatMap(([field, oid]) => {
      const values = [subject?.[field] ?? []].flat().map(String);
      return values.length > 0 ? [{ [oid]: values.map((value) => directoryString(field, value)) }] : [];
    }),
  );
}

/** Whether the name has no field. */
export function isEmpty(name: Name): boolean {
  return name.toJSON().length === 0;
}

function directoryString(field: string, value: string) {
  if (field === "emailAddress") return { ia5String: value };
  return /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value) ? { printableString: value } : { utf8String: value };
}

/** Subject alternative names; critical when there is no subject (RFC 5280 4.2.1.6). Undefined when there are none. */
export function alternativeNames(args: Props, subject: Name): Extension | undefined {
  const of = (type: JsonGeneralName["type"], values: string[] | undefined) =>
    (values ?? []).map((value) => ({ type, value }));
  const names = [...of("dns", args.dnsNames), ...of("ip", args.ipAddresses), ...of("url", args.uris)];
  return names.length > 0 ? new SubjectAlternativeNameExtension(names, isEmpty(subject)) : undefined;
}

/** IPv4 or IPv6. */
export function isIpAddress(text: string): boolean {
  return isIP(text) !== 0;
}
