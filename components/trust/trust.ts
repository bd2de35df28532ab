import { createHash, X509Certificate } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import type { CommonConfig } from "../config/common";
import { Leaf, type LeafArgs } from "./leaf";

/** What a cluster's own certificate authority is: an intermediate under the lab's root. */
export interface Intermediate {
  readonly certificate: pulumi.Output<string>;
  /** Secret. */
  readonly privateKey: pulumi.Output<string>;
  /** The intermediate followed by the root, as most software wants it. */
  readonly chain: pulumi.Output<string>;
}

/** P-256 is the default because every backend takes it. */
const keyKinds = {
  P256: { algorithm: "ECDSA", ecdsaCurve: "P256" },
  P384: { algorithm: "ECDSA", ecdsaCurve: "P384" },
  RSA: { algorithm: "RSA", rsaBits: 4096 },
} as const;
const authorityUses = ["cert_signing", "crl_signing", "digital_signature"];

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
  private readonly sharedKeys = new Map<string, pulumi.Output<string>>();

  constructor(
    private readonly name: string,
    private readonly args: {
      readonly lab: string;
      readonly clusters: readonly { readonly name: string; readonly authorityName: string }[];
      readonly settings: CommonConfig["trust"];
    },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:trust:Trust", name, {}, opts);
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

  /** A certificate signed by the authority of `cluster`, for as long as that one was made for. */
  leaf(name: string, cluster: string, args: LeafArgs, opts: pulumi.ComponentResourceOptions): Leaf {
    const { certificate, privateKey } = this.intermediate(cluster);
    const days = this.args.settings.intermediateDays;
    return new Leaf(name, args, { certificate, privateKey, root: this.root, days }, opts);
  }

  /**
   * A key of 32 bytes, in hex, that all clusters share; made when it is first asked for. Another purpose is another key.
   * It is the digest of a private key, the only randomness that the programs' providers have.
   *
   * @returns secret
   */
  sharedKey(purpose: string): pulumi.Output<string> {
    const before = this.sharedKeys.get(purpose);
    if (before) return before;
    const source = new tls.PrivateKey(`${this.name}-shared-${purpose}`, keyKinds.P256, { parent: this });
    const key = pulumi.secret(source.privateKeyPem.apply((pem) => createHash("sha256").update(pem).digest("hex")));
    this.sharedKeys.set(purpose, key);
    return key;
  }
}
