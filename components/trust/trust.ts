import { X509Certificate } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import type { LabConfig } from "../config/schema";

/** What a cluster's own certificate authority is: an intermediate under the lab's root. */
export interface Intermediate {
  readonly certificate: pulumi.Output<string>;
  /** Secret. */
  readonly privateKey: pulumi.Output<string>;
  /** The intermediate followed by the root, as most software wants it. */
  readonly chain: pulumi.Output<string>;
}

/** A server's certificate, signed by a cluster's own authority. */
export interface Leaf {
  /** Secret. */
  readonly privateKey: pulumi.Output<string>;
  /** The leaf followed by the intermediate, as a server shows them; the root is for its clients to know. */
  readonly chain: pulumi.Output<string>;
}

/** P-256 is the default because every backend takes it. */
const keyKinds = {
  P256: { algorithm: "ECDSA", ecdsaCurve: "P256" },
  P384: { algorithm: "ECDSA", ecdsaCurve: "P384" },
  RSA: { algorithm: "RSA", rsaBits: 4096 },
} as const;
const authorityUses = ["cert_signing", "crl_signing", "digital_signature"];
const serverUses = ["digital_signature", "server_auth"];

/**
 * The lab's trust anchor and, for each cluster, an intermediate authority under it. Workloads of different clusters trust
 * each other because their certificates end at the same root; no cluster holds the root's key.
 */
export class Trust extends pulumi.ComponentResource {
  /** The root certificate (PEM): public. */
  public readonly root: pulumi.Output<string>;
  /** SHA-256 of the root certificate, as `openssl x509 -fingerprint -sha256` shows it. */
  public readonly fingerprint: pulumi.Output<string>;
  private readonly intermediates = new Map<string, Intermediate>();
  private readonly settings: LabConfig["trust"];

  constructor(
    name: string,
    args: {
      readonly lab: string;
      readonly clusters: readonly { readonly name: string; readonly authorityName: string }[];
      readonly settings: LabConfig["trust"];
    },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:trust:Trust", name, {}, opts);
    this.settings = args.settings;
    const child = { parent: this };
    const keyKind = keyKinds[args.settings.keyAlgorithm];
    const rootKey = new tls.PrivateKey(`${name}-root`, keyKind, child);
    const root = new tls.SelfSignedCert(
      `${name}-root`,
      {
        privateKeyPem: rootKey.privateKeyPem,
        subject: { commonName: `${args.lab} root`, organization: "multicluster-lab" },
        validityPeriodHours: args.settings.rootDays * 24,
        allowedUses: authorityUses,
        isCaCertificate: true,
        setSubjectKeyId: true,
      },
      child,
    );
    this.root = root.certPem;
    this.fingerprint = root.certPem.apply((pem) => new X509Certificate(pem).fingerprint256);

    for (const { name: cluster, authorityName } of args.clusters) {
      const key = new tls.PrivateKey(`${name}-${cluster}`, keyKind, child);
      const request = new tls.CertRequest(
        `${name}-${cluster}`,
        {
          privateKeyPem: key.privateKeyPem,
          // Different for every cluster, by its unit if not by its name: authorities of one subject confuse chain building.
          subject: {
            commonName: authorityName,
            organization: "multicluster-lab",
            organizationalUnit: `${args.lab} ${cluster}`,
          },
        },
        child,
      );
      const certificate = new tls.LocallySignedCert(
        `${name}-${cluster}`,
        {
          certRequestPem: request.certRequestPem,
          caPrivateKeyPem: rootKey.privateKeyPem,
          caCertPem: root.certPem,
          validityPeriodHours: args.settings.intermediateDays * 24,
          allowedUses: authorityUses,
          isCaCertificate: true,
          setSubjectKeyId: true,
        },
        child,
      );
      this.intermediates.set(cluster, {
        certificate: certificate.certPem,
        privateKey: pulumi.secret(key.privateKeyPem),
        chain: pulumi.interpolate`${certificate.certPem}${root.certPem}`,
      });
    }
    this.registerOutputs({ root: this.root, fingerprint: this.fingerprint });
  }

  /** The authority of `cluster`. */
  intermediate(cluster: string): Intermediate {
    const found = this.intermediates.get(cluster);
    if (!found) throw new Error(`no intermediate was made for ${cluster}`);
    return found;
  }

  /** A server's certificate from the authority of `cluster`, for the given names; it lives as long as its issuer. */
  leaf(
    name: string,
    { cluster, dnsNames }: { readonly cluster: string; readonly dnsNames: readonly string[] },
    opts: { readonly parent: pulumi.Resource },
  ): Leaf {
    const issuer = this.intermediate(cluster);
    const key = new tls.PrivateKey(name, keyKinds[this.settings.keyAlgorithm], opts);
    const request = new tls.CertRequest(
      name,
      {
        privateKeyPem: key.privateKeyPem,
        // Clients look at the names alone; the subject is for people, and a common name has at most 64 characters.
        subject: { organization: "multicluster-lab", organizationalUnit: cluster },
        dnsNames: [...dnsNames],
      },
      opts,
    );
    const certificate = new tls.LocallySignedCert(
      name,
      {
        certRequestPem: request.certRequestPem,
        caPrivateKeyPem: issuer.privateKey,
        caCertPem: issuer.certificate,
        validityPeriodHours: this.settings.intermediateDays * 24,
        allowedUses: serverUses,
      },
      opts,
    );
    return {
      privateKey: pulumi.secret(key.privateKeyPem),
      chain: pulumi.interpolate`${certificate.certPem}${issuer.certificate}`,
    };
  }
}
