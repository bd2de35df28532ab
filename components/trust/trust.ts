import { createHash, X509Certificate } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { namePart } from "../base/names";
import type { CommonConfig } from "../config/common";
import { Leaf, type LeafArgs } from "./leaf";
import { type Lasting, type Lifetime, lifetimesOf, renewedEarly } from "./lifetimes";

/** What a cluster's own certificate authority is: an intermediate under the lab's root. */
export interface Intermediate {
  /** The intermediate alone (PEM). */
  readonly certificate: pulumi.Output<string>;
  /** Its key (PEM). Secret. */
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

/** What the lab's trust is made of. */
export interface TrustArgs {
  /** Name of the lab, part of the authorities' names. */
  readonly lab: string;
  /** Each gets an intermediate with `authorityName` for its common name, which some backends prescribe. */
  readonly clusters: readonly { readonly name: string; readonly authorityName: string }[];
  /** Kind of the keys, and lifetimes. */
  readonly settings: CommonConfig["trust"];
}

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
  private readonly lasting: Lasting[] = [];
  private readonly sharedKeys = new Map<string, pulumi.Output<string>>();
  private readonly rootKey: tls.PrivateKey;

  constructor(
    private readonly name: string,
    private readonly args: TrustArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("multicluster-lab:trust:Trust", name, {}, opts);
    this.rootKey = this.privateKey(`${name}-root`);
    this.root = this.selfSigned();
    this.fingerprint = this.root.apply((pem) => new X509Certificate(pem).fingerprint256);
    for (const cluster of args.clusters) this.intermediates.set(cluster.name, this.makeIntermediate(cluster));
    this.registerOutputs({ root: this.root, fingerprint: this.fingerprint });
  }

  private privateKey(name: string): tls.PrivateKey {
    return new tls.PrivateKey(name, keyKinds[this.args.settings.keyAlgorithm], { parent: this });
  }

  private selfSigned(): pulumi.Output<string> {
    const { lab, settings } = this.args;
    const name = `${this.name}-root`;
    const { certPem, validityEndTime } = new tls.SelfSignedCert(
      name,
      {
        privateKeyPem: this.rootKey.privateKeyPem,
        subject: { commonName: `${lab} root`, organization: "multicluster-lab" },
        // The key stays: what it signed before is good under the new one, and what it signs after under the old.
        ...renewedEarly(settings.rootDays),
        allowedUses: authorityUses,
        isCaCertificate: true,
        setSubjectKeyId: true,
      },
      { parent: this },
    );
    this.lasting.push({ name, ends: validityEndTime, days: settings.rootDays });
    return certPem;
  }

  private makeIntermediate({ name: cluster, authorityName }: TrustArgs["clusters"][number]): Intermediate {
    const { lab, settings } = this.args;
    const name = `${this.name}-cluster-${namePart(cluster)}`;
    const key = this.privateKey(name);
    const request = new tls.CertRequest(
      name,
      {
        privateKeyPem: key.privateKeyPem,
        // Different for every cluster, by its unit if not by its name: authorities of one subject confuse chain building.
        subject: {
          commonName: authorityName,
          organization: "multicluster-lab",
          organizationalUnit: `${lab} ${cluster}`,
        },
      },
      { parent: this },
    );
    const { certPem, validityEndTime } = new tls.LocallySignedCert(
      name,
      {
        certRequestPem: request.certRequestPem,
        caPrivateKeyPem: this.rootKey.privateKeyPem,
        caCertPem: this.root,
        ...renewedEarly(settings.intermediateDays),
        allowedUses: authorityUses,
        isCaCertificate: true,
        setSubjectKeyId: true,
      },
      { parent: this },
    );
    this.lasting.push({ name, cluster, ends: validityEndTime, days: settings.intermediateDays });
    return {
      certificate: certPem,
      privateKey: pulumi.secret(key.privateKeyPem),
      chain: pulumi.interpolate`${certPem}${this.root}`,
    };
  }

  /**
   * The authority of `cluster`.
   *
   * @throws when the lab has no such cluster
   */
  intermediate(cluster: string): Intermediate {
    const found = this.intermediates.get(cluster);
    if (!found) throw new Error(`no intermediate was made for ${cluster}`);
    return found;
  }

  /** A certificate signed by the authority of `cluster`, for as long as that one was made for. */
  leaf(name: string, cluster: string, args: LeafArgs, opts: pulumi.ComponentResourceOptions): Leaf {
    const { certificate, privateKey } = this.intermediate(cluster);
    const days = this.args.settings.intermediateDays;
    const leaf = new Leaf(name, args, { certificate, privateKey, root: this.root, days }, opts);
    this.lasting.push({ name, cluster, ends: leaf.ends, days });
    return leaf;
  }

  /** When the certificates end that were made so far, and when they are made anew. */
  lifetimes(): pulumi.Output<Lifetime[]> {
    return lifetimesOf(this.lasting);
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
