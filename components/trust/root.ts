import type * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import type { CommonConfig } from "../config/common";
import { type Lasting, renewedEarly } from "./lifetimes";

/** P-256 is the default because every backend takes it. */
export const keyKinds = {
  P256: { algorithm: "ECDSA", ecdsaCurve: "P256" },
  P384: { algorithm: "ECDSA", ecdsaCurve: "P384" },
  RSA: { algorithm: "RSA", rsaBits: 4096 },
} as const;

/** What roots and intermediates may do with their keys. */
export const authorityUses = ["cert_signing", "crl_signing", "digital_signature"];

/** A root: its key and the certificate that it signs itself, as resources of one name below `parent`. */
export class Root {
  /** PEM: public. */
  public readonly certificate: pulumi.Output<string>;
  /** PEM. Secret, and on no cluster. */
  public readonly privateKey: pulumi.Output<string>;
  /** When it ends. */
  public readonly lasting: Lasting;

  constructor(
    name: string,
    commonName: string,
    { keyAlgorithm, rootDays }: CommonConfig["trust"],
    parent: pulumi.Resource,
  ) {
    const key = new tls.PrivateKey(name, keyKinds[keyAlgorithm], { parent });
    const { certPem, validityEndTime } = new tls.SelfSignedCert(
      name,
      {
        privateKeyPem: key.privateKeyPem,
        subject: { commonName, organization: "multicluster-lab" },
        // The key stays: what it signed before is good under the new one, and what it signs after under the old.
        ...renewedEarly(rootDays),
        allowedUses: authorityUses,
        isCaCertificate: true,
        setSubjectKeyId: true,
      },
      { parent },
    );
    this.certificate = certPem;
    this.privateKey = key.privateKeyPem;
    this.lasting = { name, ends: validityEndTime, days: rootDays };
  }
}
